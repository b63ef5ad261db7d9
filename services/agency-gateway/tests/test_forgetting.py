"""What the gateway keeps of a contact that was erased: who was told when, and no word (G3)."""

from functools import partial

import pytest

from agency_gateway.domain import Request
from agency_gateway.handlers import GatewayHandlers
from mash_shared.forgetting import erase
from mash_shared.messages.agency_check import AgencyCheckRequested, AgencyReply
from mash_shared.messages.erasure import ContactErased
from mash_shared.testing import NOW, Desk, heard, packs, sample, send_twice
from mash_shared.vocabulary import ErasedError

HANDLERS = GatewayHandlers(packs())
REQUESTED, ERASED = sample(AgencyCheckRequested), sample(ContactErased)


@pytest.mark.rule("S18")
def test_forget_contact_twice_leaves_one_stub_that_has_the_rest_found() -> None:
    desk = Desk(Request, ERASED.contact_id, "agency-gateway.police")
    assert not send_twice(desk, heard(HANDLERS.forget_contact, ERASED))
    stub = desk.aggregate
    assert (stub.erased_at, stub.forgets) == (ERASED.occurred_at, True)
    assert (stub.contact_id, stub.council) == (ERASED.contact_id, ERASED.council)


@pytest.mark.rule("S18", "G3")
def test_the_ledger_of_an_erased_contact_says_who_was_told_and_a_late_reply_is_refused() -> None:
    desk = Desk(Request, REQUESTED.request_id, "agency-gateway.police")
    desk.do(heard(HANDLERS.hand_over, REQUESTED, at=NOW))
    quoted = {"request_hash": desk.aggregate.request_hash}
    desk.do(heard(HANDLERS.take_reply, sample(AgencyReply, **quoted), at=NOW))
    (told,) = desk.aggregate.disclosures
    desk.do(partial(erase, at=NOW))
    (line,) = desk.aggregate.disclosures
    assert (line.disclosed_at, line.to, line.about) == (told.disclosed_at, told.to, told.about)
    assert (told.reply_hash != "", line.reply_hash, desk.aggregate.asked) == (True, "", [])
    before = desk.raw
    late = sample(AgencyReply, **quoted, reply_id="r-late")
    with pytest.raises(ErasedError):
        desk.do(heard(HANDLERS.take_reply, late, at=NOW))
    assert desk.raw == before
