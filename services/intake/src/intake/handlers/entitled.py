"""Who may see what of a contact, and whose work each queue is (B10, S1)."""

from collections.abc import Mapping

from intake.domain.waiting import Queue
from intake.handlers.base import EVERYBODY, MANAGERS, recorders, triage
from mash_shared.act import Person
from mash_shared.policy import Pack
from mash_shared.vocabulary import Role

_RECORDING = (
    Queue.DEMOGRAPHIC_CHECKS,
    Queue.WRITTEN_FOLLOW_UPS,
    Queue.CALL_BACKS,
    Queue.QUESTIONS,
)


def reads_content(person: Person) -> bool:
    """Whether the person works at the front door; others learn existence and owner only."""
    return bool(person.roles & set(EVERYBODY))


def reads_of_others(pack: Pack, person: Person) -> bool:
    """Whether the person may see alleged perpetrators and flags about other families (B10)."""
    return bool(person.roles & {*triage(pack), Role.SOCIAL_WORKER})


def workers(pack: Pack, queue: Queue) -> set[Role]:
    """Give the roles whose work a queue is."""
    named: Mapping[Queue, set[Role]] = {
        **dict.fromkeys(_RECORDING, recorders(pack)),
        Queue.OVERSIGHT: set(MANAGERS),
        Queue.GATE: set(pack.gate.roles),
        Queue.CONSENT: {*pack.consent.override_roles, *triage(pack)},
        Queue.RECORD_COMPLETION: set(pack.contact.record_completed_by),
        Queue.OUT_OF_HOURS: {pack.out_of_hours.role, Role.OUT_OF_HOURS_DUTY_SOCIAL_WORKER},
    }
    return named.get(queue, {*triage(pack), Role.SOCIAL_WORKER})
