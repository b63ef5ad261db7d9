"""What people send to notify."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class ToldByPerson(BaseModel):
    """How a person told the referrer."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    by: Literal["telephone", "letter", "in_person"]
