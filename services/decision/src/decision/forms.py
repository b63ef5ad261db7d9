"""What people send to the decision service."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from mash_shared.people import Prose, Short, ShortOrMissing


class JudgementForm(BaseModel):
    """A recommendation or a decision; `outcome` is one of the council's own codes.

    `agency` is who helps or responds, where the outcome is that somebody else does (C10, R7);
    `pointed_to` is where somebody who gets advice can turn to (B15).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    outcome: Short
    agency: ShortOrMissing = None
    pointed_to: ShortOrMissing = None
    rationale: Prose
    evidence: Annotated[tuple[Short, ...], Field(max_length=100)] = ()
