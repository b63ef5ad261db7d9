"""Who reads what of a contact, and whose work each queue is."""

import pytest

from intake.domain.queue import Queue
from intake.roles import READ_CONTACT, SEE_OTHERS, workers
from mash_shared.policy import Pack
from mash_shared.testing import packs
from mash_shared.vocabulary import Role
from support.front_door import staff

COUNCILS = pytest.mark.parametrize("pack", tuple(packs()), ids=lambda pack: pack.council.id)
ELSEWHERE = {
    Role.INFORMATION_GOVERNANCE_OFFICER,
    Role.MASH_ADMINISTRATOR,
    Role.HEAD_OF_SERVICE,
    Role.OPERATIONS,
}


@pytest.mark.rule("F14")
@COUNCILS
@pytest.mark.parametrize("role", Role)
def test_only_who_works_at_the_front_door_reads_what_a_contact_holds(
    pack: Pack, role: Role
) -> None:
    assert READ_CONTACT.is_held(staff(role), pack) is (role not in ELSEWHERE)


@pytest.mark.rule("B10")
@COUNCILS
@pytest.mark.parametrize("role", Role)
def test_fewer_people_read_of_alleged_perpetrators_and_other_families(
    pack: Pack, role: Role
) -> None:
    others = {Role.SCREENING_TEAM} if pack.council.id != "redbridge" else set[Role]()
    none = ELSEWHERE | others | {Role.BUSINESS_SUPPORT_OFFICER}
    assert SEE_OTHERS.is_held(staff(role), pack) is (role not in none)


@pytest.mark.rule("D12", "E2", "F2", "F4", "J4", "O10", "O12")
@COUNCILS
def test_a_queue_is_the_work_of_whoever_may_do_what_it_waits_for(pack: Pack) -> None:
    free = set() if pack.gate.needed else {Role.HEAD_OF_MASH}
    assert workers(pack, Queue.GATE) == {*pack.gate.roles, *free}
    assert workers(pack, Queue.OVERSIGHT) == {Role.MASH_MANAGER, Role.HEAD_OF_MASH}
    assert workers(pack, Queue.RECORD_COMPLETION) == {Role.SOCIAL_WORKER}
    managers = {Role.MASH_MANAGER, Role.HEAD_OF_MASH}
    duty = {Role.OUT_OF_HOURS_DUTY_SOCIAL_WORKER}
    assert workers(pack, Queue.OUT_OF_HOURS) == {*pack.contact.triage_roles, *managers, *duty}
    assert workers(pack, Queue.CONSENT) >= set(pack.consent.override_roles)
    triage = set(pack.contact.triage_roles)
    for queue in Queue:
        assert not workers(pack, queue) & ELSEWHERE
    for queue in (Queue.MATCHES, Queue.HAND_OVER, Queue.ASSESSMENT_PROMPTS, Queue.ALLOCATION):
        assert workers(pack, queue) >= triage | {Role.SOCIAL_WORKER}
        assert Role.BUSINESS_SUPPORT_OFFICER not in workers(pack, queue)
    for queue in (Queue.DEMOGRAPHIC_CHECKS, Queue.WRITTEN_FOLLOW_UPS, Queue.CALL_BACKS):
        assert Role.BUSINESS_SUPPORT_OFFICER in workers(pack, queue)
