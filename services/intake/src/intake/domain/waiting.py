"""What a contact waits for: the work queues, each with the time at which it is due."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from intake.domain.glass import unseen
from intake.domain.guards import Guarded
from intake.domain.queue import Queue
from intake.domain.task import Task, TaskKind
from mash_shared.policy.front_door import Path
from mash_shared.vocabulary import ClockKind, ClockState

_QUEUE_OF: Mapping[TaskKind, Queue] = {
    TaskKind.CALL_BACK: Queue.CALL_BACKS,
    TaskKind.DUTY: Queue.ANSWERS,
}


def waits(contact: Guarded) -> dict[Queue, datetime]:
    """Give every queue a recorded contact stands in, with the time at which that is due."""
    due: dict[Queue, datetime] = {}
    for queue, at in (*_work(contact), *_triage(contact)):
        due[queue] = min(at, due.get(queue, at))
    return due


def _work(contact: Guarded) -> Iterator[tuple[Queue, datetime]]:
    """Give what may wait even when the contact has gone its way."""
    for task in filter(lambda one: one.is_open, contact.tasks):
        yield _QUEUE_OF.get(task.kind, Queue.TASKS), _task_due(contact, task)
    for glass in unseen(contact.broken_glass):
        yield Queue.BROKEN_GLASS, glass.until
    prompt, record = contact.matching.prompt, ClockKind.CONTACT_RECORD
    unchecked = bool(contact.unchecked) and not contact.is_joined
    incomplete = contact.completion is None
    waiting = {
        Queue.ASSESSMENT_PROMPTS: (record, prompt is not None and prompt.answer is None),
        Queue.DEMOGRAPHIC_CHECKS: (
            record, unchecked and (contact.needs_full_record or not contact.is_settled),
        ),
        Queue.MATCHES: (
            record, contact.matching.is_undecided and contact.matching.verdicts_wanted,
        ),
        Queue.ALLOCATION: (ClockKind.ALLOCATION, contact.needs_worker),
        Queue.COORDINATION: (ClockKind.ALLOCATION, contact.wants_coordinator),
        Queue.OVERSIGHT: (record, bool(contact.wants_oversight) and incomplete),
        Queue.RECORD_COMPLETION: (record, incomplete and _is_promised(contact, record)),
        Queue.WRITTEN_FOLLOW_UPS: (
            ClockKind.WRITTEN_FOLLOW_UP,
            contact.awaits_form and _is_promised(contact, ClockKind.WRITTEN_FOLLOW_UP),
        ),
    }  # fmt: skip
    for queue, (kind, stands) in waiting.items():
        if stands:
            yield queue, _due(contact, kind)


def _triage(contact: Guarded) -> Iterator[tuple[Queue, datetime]]:
    """Give what waits until the contact has gone one way or another."""
    if contact.is_settled:
        return
    routes = contact.routes.values()
    waiting = {
        Queue.MATCHES: contact.matching.is_undecided,
        Queue.OVERSIGHT: any(route.overseen for route in routes),
        Queue.SIGN_OFFS: contact.proposed_ending is not None,
        Queue.HAND_OVER: any(not route.overseen for route in routes),
        Queue.SPLITTING: contact.must_be_split and contact.path is Path.CHILD_CONCERN,
        Queue.FAMILY_DISCUSSIONS: contact.pause is not None,
        Queue.OUT_OF_HOURS: contact.out_of_hours and not contact.is_on_its_way,
        Queue.CONSULTATIONS: contact.path is Path.CONSULTATION,
        Queue.QUESTIONS: contact.path is Path.INFORMATION,
        Queue.CONSENT: _wants_consent(contact),
        Queue.GATE: _undecided(contact)
        and contact.consent.position.lets_out
        and not contact.must_be_split,
    }
    at = _due(contact, ClockKind.CONTACT_RECORD)
    yield from ((queue, at) for queue, stands in waiting.items() if stands)


def _is_promised(contact: Guarded, kind: ClockKind) -> bool:
    """Whether a promise was made and not taken back; one that ran out still waits."""
    kept = (clock for clock in contact.clocks if clock.state is not ClockState.CANCELLED)
    return any(clock.kind is kind for clock in kept)


def _wants_consent(contact: Guarded) -> bool:
    """Whether consent is to be settled: before the gate, or where it was lost and nothing stops.

    Or of children who are to follow their siblings.
    """
    if not contact.is_on_its_way:
        return _undecided(contact) and not contact.consent.position.lets_out
    goes_on = contact.authorisation is not None and contact.stopped_at is None
    lacking = goes_on and not contact.consent.position.lets_out
    follow = contact.authorisation is not None and bool(contact.to_let_out)
    return lacking or (follow and not contact.consent.position_of_added.lets_out)


def _undecided(contact: Guarded) -> bool:
    concern = contact.path is Path.CHILD_CONCERN
    return concern and bool(contact.to_let_out) and not contact.is_on_its_way


def _task_due(contact: Guarded, task: Task) -> datetime:
    asked = ClockKind.ANSWER_TO_REQUEST if task.kind is TaskKind.DUTY else ClockKind.TASK
    of = "" if task.kind is TaskKind.DUTY else task.task_id
    return _due(contact, asked, of)


def _due(contact: Guarded, kind: ClockKind, of: str = "") -> datetime:
    """Give the due time of a clock, run out or not; without one it is due since receipt."""
    clocks = (clock for clock in contact.clocks if clock.kind is kind and clock.of == of)
    received = contact.received_at
    assert received is not None  # noqa: S101 - asked of recorded contacts only
    return max((clock.due_at for clock in clocks), default=received)
