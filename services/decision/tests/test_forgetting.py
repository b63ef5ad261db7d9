"""What decision keeps of a contact that was erased, and what comes late of it."""

from functools import partial

import pytest

from decision.domain import Decision
from decision.handlers import DecisionHandlers
from mash_shared.forgetting import erase
from mash_shared.messages.enquiry import EnquiryCollated
from mash_shared.messages.erasure import ContactErased
from mash_shared.testing import NOW, Desk, heard, packs, sample, send_twice
from mash_shared.vocabulary import ErasedError

HANDLERS = DecisionHandlers(packs())
COLLATED = sample(EnquiryCollated)
ERASED = sample(ContactErased)


@pytest.mark.rule("S18")
def test_forget_contact_twice_leaves_one_stub_that_has_the_rest_found() -> None:
    desk = Desk(Decision, ERASED.contact_id, "decision")
    assert not send_twice(desk, heard(HANDLERS.forget_contact, ERASED))
    stub = desk.aggregate
    assert (stub.erased_at, stub.forgets) == (ERASED.occurred_at, True)
    assert (stub.contact_id, stub.council) == (ERASED.contact_id, ERASED.council)


@pytest.mark.rule("S18")
def test_of_a_decision_that_was_erased_whose_it_was_is_left_and_nothing_more_is_taken_in() -> None:
    desk = Desk(Decision, COLLATED.child_ids[0], "decision")
    desk.do(heard(HANDLERS.open_decision, COLLATED))
    desk.do(partial(erase, at=NOW))
    before = desk.raw
    with pytest.raises(ErasedError):
        desk.do(heard(HANDLERS.open_decision, COLLATED))
    assert desk.raw == before
    assert desk.aggregate.contact_id == COLLATED.contact_id
    assert (desk.aggregate.opened_at, desk.aggregate.slots) == (None, {})
