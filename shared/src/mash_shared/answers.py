"""What an agency says in answer to a request, in the one form that services and topics share."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import ConfigDict

from mash_shared.people import Prose, ProseOrMissing, Short, ShortOrMissing

Answered = Literal["information", "nothing_known", "declined", "unavailable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing an agency already knows, and why it matters here (G2, G6)."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    text: Prose
    relevance: Prose


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
