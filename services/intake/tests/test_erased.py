"""What intake keeps of a contact that was erased, until everybody has forgotten it (S18)."""

import pytest

from intake.domain.erasure import ERASURE, keepers
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.notice import NoticeDelivered
from mash_shared.plumbing.arrival import Change
from mash_shared.testing import NOW, acted, heard, packs, sample, send_twice
from mash_shared.vocabulary import (
    ClockState,
    ErasedError,
    NotKnownError,
)
from support.front_door import HANDLERS as H
from support.front_door import RECORDER, form
from support.retention import closed, erased, forgotten

pytestmark = pytest.mark.rule("S18")


def test_note_forgotten_twice_counts_once_and_the_key_goes_after_the_last() -> None:
    desk = erased()
    first, *others = keepers(packs())
    assert not send_twice(desk, forgotten(first))
    for process in others:
        assert not desk.aggregate.key_to_destroy
        desk.do(forgotten(process))
    stub = desk.aggregate
    assert stub.key_to_destroy
    assert stub.erasure is not None
    assert stub.erasure.forgotten.keys() == {*keepers(packs())}


def test_the_promise_is_kept_when_the_key_is_destroyed_and_that_is_noted_once() -> None:
    desk = erased()
    for process in keepers(packs()):
        desk.do(forgotten(process))
    noted: Change = lambda contact: H.note_key_destroyed(contact, at=NOW)  # noqa: E731
    assert not send_twice(desk, noted)
    stub = desk.aggregate
    assert (stub.key_to_destroy, stub.key_destroyed) == (False, True)
    assert stub.erasure is not None
    assert stub.erasure.destroyed_at == NOW
    assert [clock.state for clock in stub.clocks if clock.of == ERASURE] == [ClockState.MET]
    desk.do(forgotten(keepers(packs())[0]))
    assert not desk.aggregate.key_to_destroy


def test_nothing_is_noted_of_a_contact_that_nobody_erased() -> None:
    desk = closed()
    with pytest.raises(NotKnownError):
        desk.do(forgotten("ops"))
    desk.do(lambda contact: H.note_key_destroyed(contact, at=NOW))
    assert not desk.aggregate.key_destroyed


@pytest.mark.parametrize(
    "late",
    [
        heard(H.note_decision, sample(DecisionRecorded, child_id="c1-1")),
        heard(H.note_referrer_told, sample(NoticeDelivered, child_ids=("c1-1",))),
    ],
)
def test_what_is_said_late_of_it_is_refused_and_changes_nothing(late: Change) -> None:
    desk = erased()
    desk.though_erased = False
    before = desk.raw
    with pytest.raises(ErasedError):
        desk.do(late)
    assert desk.raw == before


def test_it_is_never_recorded_again_under_its_id() -> None:
    desk = erased()
    desk.though_erased = False
    with pytest.raises(ErasedError):
        desk.do(acted(H.record_contact, form(), RECORDER))
