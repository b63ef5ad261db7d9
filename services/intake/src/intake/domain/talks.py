"""The first talks: with the referring agency and with the family (D8, J5)."""

from datetime import datetime

from intake.domain.contact import Contact
from intake.domain.facts import ReferrerFacts
from intake.domain.names import plain
from intake.domain.task import Done, Task, TaskKind
from intake.domain.work import call_off, open_task
from mash_shared.policy import Pack
from mash_shared.policy.front_door import Path

_WHAT = {
    TaskKind.TALK_TO_REFERRER: "Speak to the referring agency.",
    TaskKind.TALK_TO_FAMILY: "Speak to the family.",
}
_OF = {TaskKind.TALK_TO_REFERRER: "referrer", TaskKind.TALK_TO_FAMILY: "family"}
NO_CONCERN = "This is no concern about a child."
NO_AGENCY = "No agency referred."
NOT_TO_KNOW = "The family is not to be informed."


def follow_talks(contact: Contact, pack: Pack, start: datetime, at: datetime, *, by: str) -> None:
    """Have somebody speak to the referring agency and, unless barred, the family (J5).

    A talk that must not or need not be is called off, and brought back where it must be after all,
    however that became so; its time runs from `start`. A talk was with whoever had referred then:
    where another agency did, it is had with that. Of a child said to do harm nobody of the
    contact has spoken, and what was joined is talked about with the other part.
    """
    if contact.is_joined or contact.alleged_in is not None:
        return
    for kind, why_not in _why_not(contact).items():
        task = next((one for one in contact.tasks if one.kind is kind), None)
        if why_not is not None:
            if task is not None and task.is_open:
                call_off(contact, task, Done(by=by, at=at, note=why_not))
        elif contact.needs_full_record and (task is None or _is_due_again(contact, task)):
            task = task or open_task(contact, start, kind, _OF[kind], what=_WHAT[kind])
            task.reopen(start)
            limits = pack.clocks.first_talks
            clock = pack.task_clock(limits, contact.urgency, start, of=task.task_id)
            contact.clocks.append(clock)


def _is_due_again(contact: Contact, task: Task) -> bool:
    """Whether it was called off and must be had, or was had with an agency that did not refer."""
    if task.done is None or task.is_called_off:
        return task.is_called_off
    since = (one for one in contact.superseded if one.until >= task.done.at)
    then = next((one.facts for one in since if one.facts is not None), contact.facts)
    was, now = then.referrer, contact.facts.referrer
    if task.kind is not TaskKind.TALK_TO_REFERRER or was is None or now is None:
        return False
    return are_two_agencies(was, now)


def are_two_agencies(was: ReferrerFacts, now: ReferrerFacts) -> bool:
    """Whether two referrers are surely of two agencies: a spelling or a colleague is none."""
    if was.agency is not None and now.agency is not None:
        return was.agency.casefold() != now.agency.casefold()
    here, there = plain(was.organisation), plain(now.organisation)
    return bool(here) and bool(there) and here not in there and there not in here


def _why_not(contact: Contact) -> dict[TaskKind, str | None]:
    concern = contact.path is Path.CHILD_CONCERN
    agency = None if contact.is_from_professional else NO_AGENCY
    family = NOT_TO_KNOW if contact.consent.must_not_inform else None
    return {
        TaskKind.TALK_TO_REFERRER: agency if concern else NO_CONCERN,
        TaskKind.TALK_TO_FAMILY: family if concern else NO_CONCERN,
    }
