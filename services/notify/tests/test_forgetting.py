"""What notify keeps of a contact that was erased, and what comes late of it."""

from functools import partial

import pytest

from mash_shared.forgetting import erase
from mash_shared.messages.contact import ContactRecorded
from mash_shared.messages.erasure import ContactErased
from mash_shared.testing import NOW, Desk, heard, packs, sample, send_twice
from mash_shared.vocabulary import ErasedError
from notify.domain import Notice
from notify.handlers import NotifyHandlers

HANDLERS = NotifyHandlers(packs())
RECORDED = sample(ContactRecorded)
ERASED = sample(ContactErased)


@pytest.mark.rule("S18")
def test_forget_contact_twice_leaves_one_stub_that_has_the_rest_found() -> None:
    desk = Desk(Notice, ERASED.contact_id, "notify")
    assert not send_twice(desk, heard(HANDLERS.forget_contact, ERASED))
    stub = desk.aggregate
    assert (stub.erased_at, stub.forgets) == (ERASED.occurred_at, True)
    assert (stub.contact_id, stub.council) == (ERASED.contact_id, ERASED.council)


@pytest.mark.rule("S18")
def test_of_a_notice_that_was_erased_whose_it_was_is_left_and_nothing_more_is_taken_in() -> None:
    desk = Desk(Notice, RECORDED.contact_id, "notify")
    desk.do(heard(HANDLERS.expect_notice, RECORDED))
    desk.do(partial(erase, at=NOW))
    before = desk.raw
    with pytest.raises(ErasedError):
        desk.do(heard(HANDLERS.expect_notice, RECORDED))
    assert desk.raw == before
    assert desk.aggregate.contact_id == RECORDED.contact_id
    assert (desk.aggregate.referrer, desk.aggregate.in_hand) == (None, False)
