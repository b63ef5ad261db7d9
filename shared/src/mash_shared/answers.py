"""What an agency says in answer to a request, in the one form that services and topics share."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from mash_shared.people import Prose, ProseOrMissing, Short, ShortOrMissing

Answered = Literal["information", "nothing_known", "declined", "unavailable"]
Handling = Literal[
    "family_may_know",
    "professionals_only",
    "source_not_disclosed",
    "marac_restricted",
    "sub_judice",
]
"""Who may learn of a fact: the family too, or professionals alone, and with what care."""
MOST_ABOUT = 30
"""Children that one fact may be about: as many as a contact may name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing an agency already knows, whom it is about, and why it matters here (G2, G5, G6).

    `fact_id` is the agency's own and tells it from the others of its reply; `about` names children
    of the request by their `child_id`.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    fact_id: Short
    about: Annotated[tuple[Short, ...], Field(min_length=1, max_length=MOST_ABOUT)]
    text: Prose
    relevance: Prose
    handling: Handling


@dataclass(frozen=True, slots=True, kw_only=True)
class Professional:
    """Who answers for an agency: their name, and what they are there (G1)."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    full_name: ShortOrMissing = None
    role: ShortOrMissing = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an agency says in reply to one request (G1, G2).

    `information` needs facts and an analysis, and no other state has facts; `declined` needs a
    reason. `unavailable` replaces no answer, and alone needs nobody who answers for it.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    reply_id: Short
    state: Answered
    facts: tuple[Fact, ...] = ()
    analysis: ProseOrMissing = None
    declined_reason: ProseOrMissing = None
    designated_professional: Professional | None = None
