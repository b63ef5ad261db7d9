"""Another social worker puts the replies together: who is told whom to address (F6)."""

import pytest

from intake.domain.contact import Contact
from intake.domain.refusals import AlreadyDoneError
from intake.forms.ending import Allocate
from intake.forms.gate import ChangeCoordinator
from mash_shared.messages.contact import ContactWorkOutstanding
from mash_shared.messages.enquiry import EnquiryAmended
from mash_shared.testing import NOW, Desk, acted, send_twice
from mash_shared.vocabulary import NotEntitledError, NotKnownError
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, SOCIAL_WORKER, asking, recorded

CHANGED = ChangeCoordinator(coordinating_social_worker="sw-4022", reason="On leave.")


def _let_out() -> Desk[Contact]:
    desk = recorded()
    desk.do(acted(H.authorise_enquiry, asking(), MANAGER))
    return desk


@pytest.mark.rule("F6")
def test_change_coordinator_twice_tells_the_enquiry_once() -> None:
    desk = _let_out()
    told, work = send_twice(desk, acted(H.change_coordinator, CHANGED, MANAGER))
    assert isinstance(told, EnquiryAmended)
    assert isinstance(work, ContactWorkOutstanding)
    assert {child.coordinator for child in work.children} == {"sw-4022"}
    assert told.coordinating_social_worker == "sw-4022"
    assert told.may_ask


@pytest.mark.rule("F6")
def test_who_it_was_before_and_why_it_changed_is_kept_and_so_is_who_authorised() -> None:
    desk = _let_out()
    before = desk.aggregate.authorisation
    desk.do(acted(H.change_coordinator, CHANGED, MANAGER))
    now = desk.aggregate.authorisation
    assert before is not None
    assert now is not None
    assert (now.by, now.at, now.agencies) == (before.by, before.at, before.agencies)
    (earlier,) = now.earlier_coordinators
    assert earlier.coordinating_social_worker == before.coordinating_social_worker
    assert (earlier.by, earlier.at, earlier.why) == (MANAGER.id, NOW, CHANGED.reason)


@pytest.mark.rule("F2", "F6")
def test_it_is_the_act_of_those_who_let_enquiries_out_and_of_one_that_is() -> None:
    with pytest.raises(NotEntitledError, match="may change who coordinates"):
        _let_out().do(acted(H.change_coordinator, CHANGED, SOCIAL_WORKER))
    with pytest.raises(NotKnownError, match="No enquiry"):
        recorded().do(acted(H.change_coordinator, CHANGED, MANAGER))
    same = CHANGED.model_copy(update={"coordinating_social_worker": "sw-4021"})
    with pytest.raises(AlreadyDoneError):
        _let_out().do(acted(H.change_coordinator, same, MANAGER))


@pytest.mark.rule("E6")
def test_who_decides_is_told_who_has_the_child() -> None:
    desk = _let_out()
    form = Allocate(social_worker="sw-4022")
    (work,) = send_twice(desk, acted(H.allocate, form, MANAGER))
    assert isinstance(work, ContactWorkOutstanding)
    assert {child.social_worker for child in work.children} == {"sw-4022"}
