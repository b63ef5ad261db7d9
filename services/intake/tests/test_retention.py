"""How long a contact is kept, what holds it, and how two people erase it (S18, S26)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta

from intake.domain.contact import Contact
from intake.domain.ending import Ended
from intake.domain.erasure import ERASURE, KEPT_AS, Ground, keepers
from intake.domain.progress import ContactState
from intake.domain.reference import reference_of
from intake.domain.retention import (
    HeldError,
    KeptLongerError,
    StillNeededError,
    kept_until,
    linked,
)
from intake.forms.contact import JoinContact
from intake.forms.glass import BreakGlass
from intake.forms.retention import AnswerErasure, HoldForm, ProposeErasure
from mash_shared.act import Act, Named, Person
from mash_shared.messages import Message
from mash_shared.messages.erasure import ContactErased
from mash_shared.plumbing.arrival import Change
from mash_shared.policy.retention import KeptAs
from mash_shared.testing import NOW, acted, packs, person, send_twice
from mash_shared.vocabulary import (
    ClockKind,
    NotEntitledError,
    NotKnownError,
    OutcomeKind,
    Role,
)
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, recorded
from support.retention import HEAD, UPHELD, YES, closed

pytestmark = pytest.mark.rule("S18")
PACK = packs().of("havering")
OTHER_MANAGER = person(Role.MASH_MANAGER, id="p-9")
BOTH = person(Role.MASH_MANAGER, Role.HEAD_OF_SERVICE, id="p-2")
WHY = HoldForm(reason="An inquiry has asked for all that is kept of this family.")
OVER = ProposeErasure(ground=Ground.RETENTION_OVER, note="Nobody needs it.")
NO = AnswerErasure(agrees=False, note="A sibling is in proceedings.")


def beside(handler: Any, form: Any, by: Person, *still_open: str) -> Change:
    act = Act(person=by, at=NOW, named=Named(still_open=still_open))
    return lambda contact: handler(contact, act, form)


def test_there_is_a_time_for_every_way_in_which_a_contact_may_end() -> None:
    assert KEPT_AS.keys() == {*OutcomeKind, *Ended}
    assert {*KEPT_AS.values()} == {*KeptAs}


def test_a_contact_is_kept_from_when_nothing_happened_any_more_and_an_open_one_for_ever() -> None:
    contact = closed().aggregate
    assert (contact.kept_as, contact.rested_at) == (KeptAs.NO_FURTHER_ACTION, contact.told_at)
    assert contact.rested_at is not None
    assert kept_until(contact, PACK) == contact.rested_at + relativedelta(years=6)
    is_open = recorded().aggregate
    assert (is_open.kept_as, is_open.rested_at, kept_until(is_open, PACK)) == (None, None, None)


def test_of_several_ends_the_gravest_counts() -> None:
    contact = closed(OutcomeKind.CHILD_IN_NEED_ASSESSMENT).aggregate
    assert contact.kept_as is KeptAs.SOCIAL_CARE
    contact.ways["c1-1"].outcome = OutcomeKind.EARLY_HELP
    contact.rest()
    assert contact.kept_as is KeptAs.HELP


def test_set_hold_twice_sets_one() -> None:
    desk = closed()
    assert not send_twice(desk, acted(H.set_hold, WHY, MANAGER))
    (hold,) = desk.aggregate.holds
    assert (hold.by, hold.at, hold.reason, hold.lifted) == (MANAGER.id, NOW, WHY.reason, None)
    with pytest.raises(HeldError):
        desk.do(acted(H.set_hold, WHY, HEAD))


@pytest.mark.rule("S26")
def test_lift_hold_twice_lifts_it_once_and_by_somebody_else() -> None:
    desk = closed()
    with pytest.raises(HeldError):
        desk.do(acted(H.lift_hold, WHY, MANAGER))
    desk.do(acted(H.set_hold, WHY, MANAGER))
    with pytest.raises(NotEntitledError, match="somebody else than who set"):
        desk.do(acted(H.lift_hold, WHY, BOTH))
    assert not send_twice(desk, acted(H.lift_hold, WHY, OTHER_MANAGER))
    (hold,) = desk.aggregate.holds
    assert hold.lifted is not None
    assert hold.lifted.by == OTHER_MANAGER.id
    desk.do(acted(H.set_hold, WHY, MANAGER))
    assert desk.aggregate.is_held


def test_propose_erasure_twice_keeps_one_proposal_and_erases_nothing() -> None:
    desk = closed()
    assert not send_twice(desk, acted(H.propose_erasure, UPHELD, MANAGER))
    (proposal,) = desk.aggregate.proposals
    assert (proposal.by, proposal.ground, proposal.answer) == (MANAGER.id, UPHELD.ground, None)
    assert desk.aggregate.facts.children
    with pytest.raises(StillNeededError, match="proposed already"):
        desk.do(acted(H.propose_erasure, UPHELD, OTHER_MANAGER))


@pytest.mark.rule("S26")
def test_answer_erasure_twice_erases_once_and_leaves_who_did_it_and_no_word() -> None:
    desk = closed()
    desk.do(acted(H.propose_erasure, UPHELD, MANAGER))
    before = desk.aggregate
    (said,) = send_twice(desk, acted(H.answer_erasure, YES, HEAD))
    assert isinstance(said, ContactErased)
    assert said.contact_id == "c1"
    stub = desk.aggregate
    assert (stub.erased_at, stub.state) == (NOW, ContactState.CLOSED)
    assert (stub.facts.children, stub.found_by, stub.waiting, stub.proposals) == ((), (), {}, [])
    assert (stub.reference, stub.figures) == (before.reference, before.figures)
    erasure = stub.erasure
    assert erasure is not None
    assert (erasure.proposed_by, erasure.agreed_by) == (MANAGER.id, HEAD.id)
    assert (erasure.ground, erasure.awaited) == (UPHELD.ground, keepers(packs()))
    clock = stub.clock(ClockKind.TASK, ERASURE)
    assert clock is not None
    assert clock.due_at == NOW + timedelta(hours=24)


@pytest.mark.rule("S26")
def test_who_proposed_it_does_not_agree_whatever_roles_they_hold() -> None:
    desk = closed()
    with pytest.raises(NotKnownError, match="Nobody has proposed"):
        desk.do(acted(H.answer_erasure, YES, BOTH))
    desk.do(acted(H.propose_erasure, UPHELD, MANAGER))
    with pytest.raises(NotEntitledError, match="somebody else than who proposed"):
        desk.do(acted(H.answer_erasure, YES, BOTH))
    assert desk.aggregate.facts.children


def test_who_says_no_leaves_all_as_it_was_and_another_may_propose_it_again() -> None:
    desk = closed()
    desk.do(acted(H.propose_erasure, UPHELD, MANAGER))
    assert not desk.do(acted(H.answer_erasure, NO, HEAD))
    (proposal,) = desk.aggregate.proposals
    assert proposal.answer is not None
    assert (proposal.answer.agrees, proposal.answer.by) == (False, HEAD.id)
    assert desk.aggregate.facts.children
    desk.do(acted(H.propose_erasure, UPHELD, MANAGER))
    assert desk.aggregate.proposed is not None


def test_under_a_hold_nothing_is_proposed_and_nothing_that_was_is_done() -> None:
    desk = closed()
    desk.do(acted(H.propose_erasure, UPHELD, MANAGER))
    desk.do(acted(H.set_hold, WHY, HEAD))
    with pytest.raises(HeldError, match="legal hold"):
        desk.do(acted(H.answer_erasure, YES, HEAD))
    assert desk.aggregate.proposed is not None
    held = closed()
    held.do(acted(H.set_hold, WHY, HEAD))
    with pytest.raises(HeldError, match="legal hold"):
        held.do(acted(H.propose_erasure, UPHELD, MANAGER))


def test_an_open_contact_is_not_erased() -> None:
    with pytest.raises(StillNeededError, match="This contact is open"):
        recorded().do(acted(H.propose_erasure, UPHELD, MANAGER))


def test_nor_is_one_on_which_somebody_has_to_act() -> None:
    contact = closed().aggregate
    contact.must_be_free_to_erase(Ground.COURT_ORDER, PACK, NOW, ())
    (done, *_) = contact.tasks
    contact.tasks = [replace(done, done=None)]
    with pytest.raises(StillNeededError, match="Work on this contact still waits"):
        contact.must_be_free_to_erase(Ground.COURT_ORDER, PACK, NOW, ())
    seen = closed()
    seen.do(acted(H.break_glass, BreakGlass(reason_code="child_in_danger", reason="A&E."), HEAD))
    with pytest.raises(StillNeededError, match="Work on this contact still waits"):
        seen.do(acted(H.propose_erasure, UPHELD, MANAGER))


def test_nor_is_one_about_harm_whose_child_nobody_has() -> None:
    contact = closed().aggregate
    contact.is_protection, contact.allocation = True, None
    assert contact.needs_worker
    with pytest.raises(StillNeededError, match="Work on this contact still waits"):
        contact.must_be_free_to_erase(Ground.COURT_ORDER, PACK, NOW, ())


def test_nor_is_one_to_which_another_belongs_that_is_open() -> None:
    desk = closed()
    desk.do(_linked_to("c0"))
    with pytest.raises(StillNeededError, match="belongs to this one"):
        desk.do(beside(H.propose_erasure, UPHELD, MANAGER, "c0"))
    desk.do(beside(H.propose_erasure, UPHELD, MANAGER, "another"))
    with pytest.raises(StillNeededError, match="belongs to this one"):
        desk.do(beside(H.answer_erasure, YES, HEAD, "c0"))


def _linked_to(other: str) -> Change:
    def change(contact: Contact) -> Iterator[Message]:
        contact.concerns.append(other)
        yield from ()

    return change


def test_what_was_joined_to_another_belongs_to_it_and_is_kept_as_long_as_any() -> None:
    desk = recorded(children=[{"full_name": "Tobias"}])
    earlier = JoinContact(earlier="c0", reference=reference_of("c0", "havering"))
    desk.do(acted(H.join_contact, earlier, MANAGER))
    joined = desk.aggregate
    assert linked(joined) == {"c0"}
    joined.state = ContactState.CLOSED
    joined.rest()
    assert joined.kept_as is KeptAs.SOCIAL_CARE


@pytest.mark.parametrize(("late", "refused"), [(-1, True), (0, False)])
def test_before_its_time_is_over_it_is_erased_on_no_ground_but_those_of_the_law(
    late: int, *, refused: bool
) -> None:
    desk = closed()
    rested_at = desk.aggregate.rested_at
    assert rested_at is not None
    at = rested_at + relativedelta(years=6) + timedelta(seconds=late)
    if refused:
        with pytest.raises(KeptLongerError):
            desk.do(acted(H.propose_erasure, OVER, MANAGER, at))
        desk.do(acted(H.propose_erasure, UPHELD, MANAGER, at))
    else:
        desk.do(acted(H.propose_erasure, OVER, MANAGER, at))
