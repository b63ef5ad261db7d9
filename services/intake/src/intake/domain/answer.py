"""What the hub answers to a request, and the line it keeps of each thing it disclosed (M4, M7)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from intake.domain.progress import By
from mash_shared.keeping import hash_of
from mash_shared.people import AskedAbout
from mash_shared.policy.acts import ChildQuestion

SUBJECT = "subject"
"""Stands for whom the request is about, where a disclosure says whom it is about."""
UNNAMED = "unnamed"
"""Stands for whatever child there may be, where a view is asked for and none is named (M9)."""


class Known(StrEnum):
    """Whether the hub holds anything of whom it is asked about, now or from before (M4, M8)."""

    KNOWN = "known"
    PREVIOUSLY = "previously"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyAnswered:
    """What an answer says to one of the duties that the request brought."""

    duty: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildAnswered:
    """What an answer says of one child whom the request names (M8, M9).

    `child_id` is `UNNAMED` where none is named. `text` is what is on record; `basis` that of all
    that is told of this child.
    """

    child_id: str
    known: Known
    basis: str
    text: str | None = None
    said: dict[ChildQuestion, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosed:
    """One thing that is told of somebody, and on which coded basis.

    `about` is the id of a child of the contact, of a record that was found for it, or `SUBJECT`.
    """

    about: str
    text: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RestedOn:
    """On what an answer about somebody rested: who they were said to be, and which records.

    `about` is a child's id, `SUBJECT` or `UNNAMED`; `said` the hash of what was said of them.
    """

    about: str
    known: Known
    said: str
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(By):
    """One answer to the request; a later one takes its place and says `why` (M7)."""

    number: int
    known: Known
    basis: str
    duties: tuple[DutyAnswered, ...]
    children: tuple[ChildAnswered, ...] = ()
    disclosed: tuple[Disclosed, ...] = ()
    why: str | None = None
    rested_on: tuple[RestedOn, ...] = ()


class Stale(StrEnum):
    """Why what was answered of somebody holds no longer."""

    NAMED_SINCE = "named_since"
    NAMED_BY_MISTAKE = "named_by_mistake"
    CORRECTED = "corrected"
    ON_RECORD_AFTER_ALL = "on_record_after_all"
    RECORD_OF_ANOTHER = "record_of_another"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """That an answer ceased to hold, and of whom; `held_again_at` where that was put right."""

    answer: int
    at: datetime
    because: dict[str, Stale]
    held_again_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure(By):
    """A line of the ledger: what was disclosed, of whom, to whom and on which basis; no content.

    `what` is a code: that somebody is known or not, a duty or question that was answered, or
    `information`. `about` is an id, or the hash of what whom it is about was known by; `text_hash`
    is that of the words, so that whoever holds them can be shown to hold these.
    """

    answer: int
    what: str
    about: str
    to: str
    basis: str
    text_hash: str


def lines_of(answer: Answer, *, to: str, subject: str) -> Iterator[Disclosure]:
    """Give the ledger's lines of an answer; `subject` names whom the request is about."""

    def line(what: str, about: str, basis: str, text: str) -> Disclosure:
        return Disclosure(
            answer=answer.number,
            what=what,
            about=subject if about in (SUBJECT, UNNAMED) else about,
            to=to,
            basis=basis,
            text_hash=hash_of({"text": text}),
            by=answer.by,
            at=answer.at,
        )

    yield line(answer.known, SUBJECT, answer.basis, answer.known)
    for said in answer.duties:
        yield line(said.duty, SUBJECT, answer.basis, said.text)
    for child in answer.children:
        yield line(child.known, child.child_id, child.basis, child.known)
        if child.text is not None:
            yield line("information", child.child_id, child.basis, child.text)
        for what, text in child.said.items():
            yield line(what, child.child_id, child.basis, text)
    for told in answer.disclosed:
        yield line("information", told.about, told.basis, told.text)


def named_by_hash(contact_id: str, about: AskedAbout | None) -> str:
    """Name whom a request is about without a word of them; elsewhere they have another name."""
    who = about or AskedAbout()
    known_by = {
        "contact": contact_id,
        "name": who.full_name,
        "born": who.date_of_birth,
        "prison_number": who.prison_number,
    }
    return f"{SUBJECT}:{hash_of(known_by)[:32]}"
