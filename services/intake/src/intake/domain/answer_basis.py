"""Of whom a request is answered, on what that rests, and when it ceases to hold (M4, M8, M9)."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime
from functools import partial
from typing import Any

from intake.domain.answer import SUBJECT, UNNAMED, Answer, Known, Reopened, RestedOn, Stale
from intake.domain.contact import Contact
from intake.domain.task import Done, Task, TaskKind
from intake.domain.work import leave_to_person
from mash_shared.keeping import hash_of
from mash_shared.policy import Pack
from mash_shared.policy.acts import ReverseEnquiry
from mash_shared.vocabulary import ClockKind, ClockState

MOST_ANSWERS = 20
NO_ROOM = f"The answer holds no longer, and has been given {MOST_ANSWERS} times: record it anew."
_TOLD_OF = (
    "asked_about", "concern", "significant_harm", "household", "parental_responsibility", "address",
    "alleged_perpetrators",
)  # fmt: skip
"""What is said for all whom a request names, and an answer rests on."""
_KNOWN_BY = ("full_name", "date_of_birth", "nhs_number", "unborn", "address")
"""By what it is found whether a child is known."""


def whom(contact: Contact, policy: ReverseEnquiry) -> tuple[str, ...]:
    """Name the children of whom a request is answered, each on their own (M8, M9)."""
    unnamed = (UNNAMED,) if policy.though_unnamed else ()
    return contact.child_ids or unnamed


def records_of(contact: Contact, about: str) -> tuple[str, ...]:
    """Name the records that count and are of somebody whom a request is about (M4, M8).

    Where nobody is asked about but the children, those of any of them.
    """
    matching = contact.matching
    if about in contact.child_ids:
        only = len(contact.child_ids) == 1
        return matching.held(lambda found: found.is_held_of(about, only=only))
    if about == UNNAMED:
        return ()
    if contact.facts.asked_about is None:
        return matching.held(lambda found: found.is_held_of_them)
    return matching.held(lambda found: found.is_held_of_subject)


def only_known(contact: Contact, policy: ReverseEnquiry) -> bool:
    """Whether it is asked if somebody is known, and no more (M4)."""
    mode = contact.request.mode if contact.request else None
    return mode is not None and mode == policy.only_known_mode


def rested_on(contact: Contact, policy: ReverseEnquiry, answer: Answer) -> tuple[RestedOn, ...]:
    """Give what an answer rests on, for each whom it is about."""
    known = {SUBJECT: answer.known} | {one.child_id: one.known for one in answer.children}
    said = partial(_said, contact, briefly=only_known(contact, policy))
    return tuple(
        RestedOn(about=about, known=is_, said=said(about), records=records_of(contact, about))
        for about, is_ in known.items()
    )


def stale(contact: Contact, policy: ReverseEnquiry) -> dict[str, Stale]:
    """Give of whom the last answer holds no longer, and why; nobody where there is none."""
    return dict(_stale(contact, policy, contact.answers[-1])) if contact.answers else {}


def _stale(contact: Contact, policy: ReverseEnquiry, last: Answer) -> Iterator[tuple[str, Stale]]:
    here = (SUBJECT, *whom(contact, policy))
    briefly = only_known(contact, policy)
    answered = {one.about: one for one in last.rested_on}
    yield from ((about, Stale.NAMED_SINCE) for about in here if about not in answered)
    for about, then in answered.items():
        if about not in here:
            yield about, Stale.NAMED_BY_MISTAKE
        elif then.said != _said(contact, about, briefly=briefly):
            yield about, Stale.CORRECTED
        elif not contact.look_wanted:
            now = records_of(contact, about)
            if not set(then.records) <= set(now):
                yield about, Stale.RECORD_OF_ANOTHER
            elif then.known is Known.NOT_KNOWN and now:
                yield about, Stale.ON_RECORD_AFTER_ALL


def _said(contact: Contact, about: str, *, briefly: bool) -> str:
    """Give the hash of what is said of somebody, as far as an answer rests on it."""
    facts = contact.facts
    said: dict[str, Any] = {}
    if about == SUBJECT and briefly:
        said = {"asked_about": asdict(facts.asked_about) if facts.asked_about else None}
    elif about == SUBJECT:
        whole = asdict(facts)
        danger = {"immediate_danger": contact.immediate_danger}
        said = {name: whole[name] for name in _TOLD_OF} | danger
    else:
        child = next((asdict(c) for c in contact.children if c.child_id == about), {})
        said = {name: child[name] for name in child if not briefly or name in _KNOWN_BY}
    return hash_of(said)


def follow_answer(contact: Contact, pack: Pack, at: datetime) -> None:
    """Have a request answered anew, in its time, whose answer holds no longer (M4, M7, M9).

    What was answered stays. It holds again where what was put right is put back.
    """
    if contact.request is None or not contact.answers:
        return
    policy = pack.reverse_enquiries[contact.request.kind]
    answers = policy.answers(contact.request.mode)
    duties = [t for t in contact.tasks if t.kind is TaskKind.DUTY and t.of in answers]
    waits = any(task.is_open for task in duties)
    because, last = stale(contact, policy), contact.answers[-1]
    if because and not waits:
        _reopen(contact, pack, duties, at, because)
    elif waits and not because:
        contact.reopened[-1] = replace(contact.reopened[-1], held_again_at=at)
        for task in duties:
            task.done = task.done or done_by(last, task)
        contact.end_clock(ClockKind.ANSWER_TO_REQUEST, state=ClockState.CANCELLED, at=at)


def _reopen(
    contact: Contact, pack: Pack, duties: list[Task], at: datetime, because: dict[str, Stale]
) -> None:
    assert contact.request is not None  # noqa: S101 - only a request is answered
    if len(contact.answers) == MOST_ANSWERS:
        if not any(task.what == NO_ROOM for task in contact.tasks):
            leave_to_person(contact, pack, at, NO_ROOM)
        return
    number = contact.answers[-1].number
    contact.reopened.append(Reopened(answer=number, at=at, because=because))
    for task in duties:
        task.reopen(at)
    contact.clocks.append(pack.answering_clock(contact.request.kind, at))


def done_by(answer: Answer, task: Task) -> Done:
    """Give how a duty is done by what the answer says to it."""
    said = {one.duty: one.text for one in answer.duties}
    return Done(by=answer.by, at=answer.at, note=said.get(task.of, answer.known.value))
