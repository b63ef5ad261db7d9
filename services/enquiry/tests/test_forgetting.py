"""What enquiry keeps of a contact that was erased, and what comes late of it."""

from functools import partial

import pytest

from enquiry.domain import Enquiry
from enquiry.handlers import EnquiryHandlers
from mash_shared.forgetting import erase
from mash_shared.messages.enquiry import EnquiryAuthorised
from mash_shared.messages.erasure import ContactErased
from mash_shared.testing import NOW, Desk, heard, packs, sample, send_twice
from mash_shared.vocabulary import ErasedError

HANDLERS = EnquiryHandlers(packs())
AUTHORISED = sample(EnquiryAuthorised)
ERASED = sample(ContactErased)


@pytest.mark.rule("S18")
def test_forget_contact_twice_leaves_one_stub_that_has_the_rest_found() -> None:
    desk = Desk(Enquiry, ERASED.contact_id, "enquiry")
    assert not send_twice(desk, heard(HANDLERS.forget_contact, ERASED))
    stub = desk.aggregate
    assert (stub.erased_at, stub.forgets) == (ERASED.occurred_at, True)
    assert (stub.contact_id, stub.council) == (ERASED.contact_id, ERASED.council)


@pytest.mark.rule("S18")
def test_of_an_enquiry_that_was_erased_when_it_was_is_left_and_nothing_more_is_taken_in() -> None:
    desk = Desk(Enquiry, AUTHORISED.enquiry_id, "enquiry")
    desk.do(heard(HANDLERS.open_enquiry, AUTHORISED))
    desk.do(partial(erase, at=NOW))
    before = desk.raw
    with pytest.raises(ErasedError):
        desk.do(heard(HANDLERS.open_enquiry, AUTHORISED))
    assert desk.raw == before
    assert desk.aggregate.authorised_at == AUTHORISED.occurred_at
    assert (desk.aggregate.family, desk.aggregate.slots, desk.aggregate.concern) == (None, {}, "")
