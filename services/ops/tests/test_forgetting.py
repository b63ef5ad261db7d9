"""Ops keep clocks, which say nothing: those of a contact that was erased go on being heard."""

from functools import partial

import pytest

from mash_shared.forgetting import erase
from mash_shared.messages.clock import ClockChanged
from mash_shared.messages.erasure import ContactErased
from mash_shared.testing import NOW, Desk, heard, sample, send_twice
from ops.consumers import subscriptions
from ops.domain import Case
from ops.handlers import OpsHandlers

HANDLERS = OpsHandlers()
ERASED, CHANGED = sample(ContactErased), sample(ClockChanged)


@pytest.mark.rule("S18")
def test_forget_contact_twice_leaves_one_stub_that_has_the_rest_found() -> None:
    desk = Desk(Case, ERASED.contact_id, "ops")
    assert not send_twice(desk, heard(HANDLERS.forget_contact, ERASED))
    stub = desk.aggregate
    assert (stub.erased_at, stub.forgets) == (ERASED.occurred_at, True)
    assert (stub.contact_id, stub.council) == (ERASED.contact_id, ERASED.council)


@pytest.mark.rule("S18")
def test_clocks_of_an_erased_contact_are_kept_and_heard() -> None:
    desk = Desk(Case, CHANGED.contact_id, "ops")
    desk.do(heard(HANDLERS.note_clocks, CHANGED))
    known = desk.aggregate.all_clocks
    desk.do(partial(erase, at=NOW))
    assert desk.aggregate.all_clocks == known != []
    assert all(line.though_erased for line in subscriptions(HANDLERS))
