"""What people send to the decision service."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from mash_shared.people import Prose, Short


class JudgementForm(BaseModel):
    """A recommendation or a decision; `outcome` is one of the council's own codes (R4-R12)."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    outcome: Short
    rationale: Prose
    evidence: Annotated[tuple[Short, ...], Field(max_length=100)] = ()
