"""Whose act it is, who may see what of a contact, whose work each queue is (B10, O12, S1)."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from intake.domain.queue import Queue
from mash_shared.act import Person
from mash_shared.policy import Pack
from mash_shared.policy.front_door import NightAct
from mash_shared.vocabulary import MANAGERS, Role

EVERYBODY = (
    Role.BUSINESS_SUPPORT_OFFICER,
    Role.SCREENING_TEAM,
    Role.SOCIAL_WORKER,
    Role.MASH_MANAGER,
    Role.HEAD_OF_MASH,
    Role.OUT_OF_HOURS_DUTY_SOCIAL_WORKER,
)
"""Who works at the front door."""
SOCIAL_WORKERS = (Role.SOCIAL_WORKER, Role.OUT_OF_HOURS_DUTY_SOCIAL_WORKER)
"""Who is given a child, whatever the council (E6)."""
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
    return {*by_day(pack), Role.OUT_OF_HOURS_DUTY_SOCIAL_WORKER}


def gatekeepers(pack: Pack) -> set[Role]:
    """Who lets an enquiry out or sends a contact straight for decision (F2, F4).

    Where the policy needs a gate, only its roles do; where it needs none, whoever triages does
    both, but for the duty social worker, to whom `or_on_duty` gives it.
    """
    if pack.gate.needed:
        return set(pack.gate.roles)
    return {*pack.gate.roles, *by_day(pack)}


def or_on_duty(roles: RolesOf, act: NightAct, at: datetime) -> RolesOf:
    """Give whose act it is by day, and whose besides while the hub is closed (O9, O10)."""
    return lambda pack: {*roles(pack), *pack.on_duty(act, at)}


def by_day(pack: Pack) -> set[Role]:
    """Who sorts what came in while the hub is open."""
    return {*pack.contact.triage_roles, *MANAGERS}


def recorders(pack: Pack) -> set[Role]:
    """Who writes contacts down (B1)."""
    return {*pack.contact.first_recorders, *triage(pack), Role.SOCIAL_WORKER}


def talkers(pack: Pack) -> set[Role]:
    """Who speaks first to the referring agency and the family (J5)."""
    return set(pack.contact.first_talks_by)


def duty_owners(pack: Pack) -> set[Role]:
    """Who does what the law or a request asks for: who sorts contacts, and social workers (N)."""
    return {*triage(pack), Role.SOCIAL_WORKER}


def reads_content(person: Person) -> bool:
    """Whether the person works at the front door; others learn existence and owner only."""
    return bool(person.roles & set(EVERYBODY))


def reads_of_others(pack: Pack, person: Person) -> bool:
    """Whether the person may see alleged perpetrators and flags about other families (B10)."""
    return bool(person.roles & duty_owners(pack))


def workers(pack: Pack, queue: Queue) -> set[Role]:
    """Give the roles whose work a queue is."""
    named: Mapping[Queue, set[Role]] = {
        **dict.fromkeys(_RECORDING, recorders(pack)),
        Queue.OVERSIGHT: set(MANAGERS),
        Queue.SIGN_OFFS: {*MANAGERS, *_at_night(pack, NightAct.SIGN_OFF_ENDING)},
        Queue.COORDINATION: {*gatekeepers(pack), *_at_night(pack, NightAct.AUTHORISE_ENQUIRY)},
        Queue.GATE: {*gatekeepers(pack), *_at_night(pack, NightAct.AUTHORISE_ENQUIRY)},
        Queue.CONSENT: {*pack.consent.override_roles, *triage(pack)},
        Queue.RECORD_COMPLETION: set(pack.contact.record_completed_by),
        Queue.OUT_OF_HOURS: {
            pack.out_of_hours.role,
            Role.OUT_OF_HOURS_DUTY_SOCIAL_WORKER,
            *by_day(pack),
        },
    }
    return named.get(queue, duty_owners(pack))


def _at_night(pack: Pack, act: NightAct) -> set[Role]:
    return {pack.out_of_hours.role} if act in pack.out_of_hours.acts else set()
