"""The base of every form."""

from pydantic import BaseModel, ConfigDict


class Form(BaseModel):
    """A form with no field but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
