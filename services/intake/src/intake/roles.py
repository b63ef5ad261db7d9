"""Whose act it is, who may see what of a contact, whose work each queue is (B10, O12, S1)."""

from collections.abc import Callable, Collection, Mapping

from intake.domain.queue import Queue
from mash_shared.act import Person
from mash_shared.policy import Pack
from mash_shared.vocabulary import Role

EVERYBODY = (
    Role.BUSINESS_SUPPORT_OFFICER,
    Role.SCREENING_TEAM,
    Role.SOCIAL_WORKER,
    Role.MASH_MANAGER,
    Role.HEAD_OF_MASH,
    Role.OUT_OF_HOURS_DUTY_SOCIAL_WORKER,
)
"""Who works at the front door."""
MANAGERS = (Role.MASH_MANAGER, Role.HEAD_OF_MASH)
RolesOf = Callable[[Pack], Collection[Role]]
"""Whose act it is, by the council's policy."""
_RECORDING = (
    Queue.DEMOGRAPHIC_CHECKS,
    Queue.WRITTEN_FOLLOW_UPS,
    Queue.CALL_BACKS,
    Queue.QUESTIONS,
)


def everybody(_: Pack) -> Collection[Role]:
    """Who works at the front door, in every council."""
    return EVERYBODY


def triage(pack: Pack) -> set[Role]:
    """Who sorts what came in (O12): the pack's triage roles, managers, the duty social worker."""
    return {*pack.contact.triage_roles, *MANAGERS, Role.OUT_OF_HOURS_DUTY_SOCIAL_WORKER}


def recorders(pack: Pack) -> set[Role]:
    """Who writes contacts down (B1)."""
    return {*pack.contact.first_recorders, *triage(pack), Role.SOCIAL_WORKER}


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
        Queue.SIGN_OFFS: set(MANAGERS),
        Queue.GATE: set(pack.gate.roles),
        Queue.CONSENT: {*pack.consent.override_roles, *triage(pack)},
        Queue.RECORD_COMPLETION: set(pack.contact.record_completed_by),
        Queue.OUT_OF_HOURS: {pack.out_of_hours.role, Role.OUT_OF_HOURS_DUTY_SOCIAL_WORKER},
    }
    return named.get(queue, {*triage(pack), Role.SOCIAL_WORKER})
