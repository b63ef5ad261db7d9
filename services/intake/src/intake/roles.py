"""Whose act it is, who may see what of a contact, whose work each queue is (B10, O12, S1)."""

from collections.abc import Collection, Mapping
from functools import partial

from intake.domain.queue import Queue
from mash_shared.policy import Pack
from mash_shared.policy.front_door import NightAct
from mash_shared.rights import Right, answering, managers
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
    both, but for the duty social worker, who has it at night where the policy says so.
    """
    if pack.gate.needed:
        return set(pack.gate.roles)
    return {*pack.gate.roles, *by_day(pack)}


def timers(pack: Pack) -> Collection[Role]:
    """Who gives an agency a shorter time for one case (G7)."""
    return pack.clocks.set_per_case_by


def by_day(pack: Pack) -> set[Role]:
    """Who sorts what came in while the hub is open."""
    return {*pack.contact.triage_roles, *MANAGERS}


def recorders(pack: Pack) -> set[Role]:
    """Who writes contacts down (B1)."""
    return {*pack.contact.first_recorders, *triage(pack), Role.SOCIAL_WORKER}


def overriders(pack: Pack) -> Collection[Role]:
    """Who goes on without consent by day (D7)."""
    return pack.consent.override_roles


def talkers(pack: Pack) -> set[Role]:
    """Who speaks first to the referring agency and the family (J5)."""
    return set(pack.contact.first_talks_by)


def duty_owners(pack: Pack) -> set[Role]:
    """Who does what the law or a request asks for: who sorts contacts, and social workers (N)."""
    return {*triage(pack), Role.SOCIAL_WORKER}


def hub(_: Pack) -> Collection[Role]:
    """Who works for the hub, at the front door or behind it."""
    return (*EVERYBODY, Role.MASH_ADMINISTRATOR, Role.HEAD_OF_SERVICE)


def lookers(pack: Pack) -> set[Role]:
    """Who looks people up: the hub, and who answers subject access requests."""
    return {*hub(pack), *answering(pack)}


def workers(pack: Pack, queue: Queue) -> set[Role]:
    """Give the roles whose work a queue is."""
    named: Mapping[Queue, set[Role]] = {
        **dict.fromkeys(_RECORDING, recorders(pack)),
        Queue.OVERSIGHT: set(MANAGERS),
        Queue.BROKEN_GLASS: set(MANAGERS),
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


def glass_breakers(pack: Pack) -> Collection[Role]:
    """Who may see one contact that their role does not read, for a stated reason (S12)."""
    return pack.break_glass.roles


def holders(pack: Pack) -> Collection[Role]:
    """Who sets a hold on a contact, and lifts one (S18)."""
    return pack.retention.hold_roles


def erasure_proposers(pack: Pack) -> Collection[Role]:
    """Who proposes that a contact is erased (S18)."""
    return pack.retention.propose_roles


def erasure_agreers(pack: Pack) -> Collection[Role]:
    """Who agrees that it is, or says no (S18, S26)."""
    return pack.retention.agree_roles


def retainers(pack: Pack) -> set[Role]:
    """Who sees how long contacts are kept, and what became of an erasure."""
    return {*holders(pack), *erasure_proposers(pack), *erasure_agreers(pack), *MANAGERS}


READ_CONTACT = Right(everybody, "read a contact")
"""Others learn that somebody is known, and whose they are (S1)."""
SEE_OTHERS = Right(duty_owners, "read what is said of others")
"""Alleged perpetrators, and flags about other families (B10)."""
READ_HISTORY = Right(duty_owners, "read what was corrected")
READ_ANSWER = Right(duty_owners, "read an answer")
READ_RETENTION = Right(retainers, "read how long contacts are kept")
READ_FIGURES = Right(managers, "read the figures")
READ_STAFF = Right(everybody, "read who works at the front door")
COMPARE_FAMILIES = Right(duty_owners, "compare families")
SET_TIMES = Right(timers, "set the time of an agency for a case")
LOOK_UP = Right(lookers, "look people up")
QUEUES = {one: Right(partial(workers, queue=one), f"work on {one}") for one in Queue}
READ_QUEUE = Right(
    lambda pack: {*EVERYBODY, *(role for one in Queue for role in workers(pack, one))},
    "work on a queue",
)
"""Of each queue one of `QUEUES` decides; call-backs are an agency's navigator's as well (A18)."""
