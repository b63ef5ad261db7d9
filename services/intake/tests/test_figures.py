"""What is counted of one contact: its week and level, how it ended, how long everything took."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.domain.ending import Ended
from intake.domain.figures import Figures, Standing, minutes
from intake.domain.function import FUNCTIONS, Function
from intake.forms.contact import AmendContact, TellFamily
from intake.forms.gate import SendForDecision
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.enquiry import EnquiryCollated
from mash_shared.messages.notice import NoticeDelivered
from mash_shared.plumbing.arrival import Change
from mash_shared.testing import NOW, Desk, acted, heard, packs, sample, send_twice
from mash_shared.vocabulary import NotKnownError, OutcomeKind
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, RECEIVED, RECORDER, asking, recorded
from support.requests import NOTIFICATION, STATUTORY, answer, asked, do
from support.turns import SIGNPOSTED

TWO = [{"full_name": "Tobias Fenwick-Adair"}, {"full_name": "Orla Fenwick-Adair"}]


def _figures(desk: Desk[Contact]) -> Figures:
    figures = desk.aggregate.figures
    assert figures is not None
    return figures


def _later(**after: int) -> datetime:
    return NOW + timedelta(**after)


def _collated(at: datetime, record: int = 1) -> Change:
    said = sample(EnquiryCollated, contact_id="c1", occurred_at=at, record=record)
    return heard(H.note_collated, said)


def _decided(child: str, at: datetime, outcome: str = "early_help") -> Change:
    said = {"contact_id": "c1", "child_id": child, "occurred_at": at, "outcome": outcome}
    return heard(H.note_decision, sample(DecisionRecorded, **said))


def _told(at: datetime) -> Change:
    said = sample(NoticeDelivered, contact_id="c1", occurred_at=at, child_ids=("c1-1", "c1-2"))
    return heard(H.note_referrer_told, said)


def _let_out(**changes: Any) -> Desk[Contact]:
    desk = recorded(children=TWO, **changes)
    desk.do(acted(H.authorise_enquiry, asking(), MANAGER))
    return desk


@pytest.mark.rule("O1")
def test_every_way_in_which_a_contact_can_end_serves_one_of_three_functions() -> None:
    assert set(FUNCTIONS) == {*Ended, *OutcomeKind}
    assert set(FUNCTIONS.values()) == set(Function)


@pytest.mark.rule("O6")
@pytest.mark.parametrize(
    ("received", "week"),
    [
        (datetime(2025, 6, 8, 22, 59, tzinfo=UTC), "2025-W23"),
        (datetime(2025, 6, 8, 23, 0, tzinfo=UTC), "2025-W24"),
        (datetime(2024, 12, 30, 12, 0, tzinfo=UTC), "2025-W01"),
    ],
)
def test_a_week_begins_on_monday_in_london(received: datetime, week: str) -> None:
    assert _figures(recorded(received_at=received)).week == week
    assert Desk(Contact, "c1").aggregate.figures is None


@pytest.mark.rule("O6")
def test_from_receipt_to_the_first_level_and_to_the_one_that_holds_is_kept() -> None:
    desk = recorded()
    took = int((NOW - RECEIVED) / timedelta(minutes=1))
    assert (_figures(desk).to_first_level, _figures(desk).to_level) == (took, took)
    raised = AmendContact.model_validate({"why": "She rang again.", "urgency": "red"})
    desk.do(acted(H.amend_contact, raised, RECORDER, _later(minutes=30)))
    figures = _figures(desk)
    assert (figures.level, figures.to_first_level, figures.to_level) == ("red", took, took + 30)
    moved = AmendContact.model_validate({"why": "A slip.", "concern": "Another street."})
    desk.do(acted(H.amend_contact, moved, RECORDER, _later(hours=1)))
    assert _figures(desk).to_level == took + 30


@pytest.mark.rule("O14")
def test_collecting_and_deciding_are_measured_apart() -> None:
    desk = _let_out()
    assert _figures(desk).standing is Standing.OPEN
    desk.do(_collated(_later(minutes=60)))
    desk.do(_decided("c1-1", _later(minutes=80)))
    assert (_figures(desk).to_collected, _figures(desk).to_decided) == (100, None)
    desk.do(_decided("c1-2", _later(minutes=90), "nfa"))
    figures = _figures(desk)
    assert (figures.to_collected, figures.to_decided) == (100, 30)
    assert (figures.standing, figures.ends) == (Standing.DECIDED, "early_help nfa")


@pytest.mark.rule("O14")
def test_the_record_that_was_decided_on_counts_in_whatever_order_news_of_it_comes() -> None:
    desk = _let_out()
    desk.do(_collated(_later(minutes=50), record=2))
    desk.do(_collated(_later(minutes=20), record=1))
    desk.do(_decided("c1-1", _later(minutes=60)))
    desk.do(_decided("c1-2", _later(minutes=60)))
    desk.do(_decided("c1-2", _later(minutes=70)))
    desk.do(_collated(_later(minutes=65), record=4))
    assert (_figures(desk).to_collected, _figures(desk).to_decided) == (90, 10)
    desk.do(_collated(_later(minutes=55), record=3))
    assert _figures(desk).to_decided == 5


def test_note_collated_twice_notes_it_once() -> None:
    assert not send_twice(_let_out(), _collated(NOW))
    with pytest.raises(NotKnownError):
        Desk(Contact, "c1").do(_collated(NOW))


@pytest.mark.rule("O14", "J6")
@pytest.mark.parametrize(("hours", "in_time"), [(23, True), (24, False)])
def test_telling_is_measured_against_the_promise_that_held(hours: int, *, in_time: bool) -> None:
    desk = recorded(children=TWO)
    desk.do(acted(H.send_for_decision, SendForDecision(reason="Clear."), MANAGER))
    desk.do(_decided("c1-1", NOW))
    desk.do(_decided("c1-2", NOW))
    desk.do(_told(_later(hours=hours)))
    figures = _figures(desk)
    assert figures.to_told == (40 + hours * 60) // 10 * 10
    assert figures.told_in_time is in_time
    assert figures.to_collected is None


@pytest.mark.rule("O14")
def test_deciding_is_measured_where_nothing_was_collected() -> None:
    desk = recorded(children=TWO[:1])
    desk.do(acted(H.send_for_decision, SendForDecision(reason="Clear."), MANAGER))
    desk.do(_decided("c1-1", _later(minutes=25)))
    assert (_figures(desk).to_collected, _figures(desk).to_decided) == (None, 25)


@pytest.mark.rule("O14", "A7")
def test_who_heard_it_at_once_was_told_in_time_and_who_is_owed_nothing_is_not_counted() -> None:
    desk = recorded()
    desk.do(SIGNPOSTED)
    assert (_figures(desk).to_told, _figures(desk).told_in_time) == (40, True)
    assert _figures(desk).ends == "signposted signposted"
    nobody = recorded(referrer={"kind": "anonymous"}, consent={"status": "not_expected"})
    assert (_figures(nobody).to_told, _figures(nobody).told_in_time) == (None, None)


@pytest.mark.rule("M1", "O14")
def test_a_request_is_counted_by_its_answer_and_nobody_is_told_of_it() -> None:
    desk = asked(STATUTORY)
    assert not _figures(desk).is_referral
    answer(desk)
    figures = _figures(desk)
    assert (figures.to_answered, figures.answered_in_time) == (40, True)
    assert (figures.to_told, figures.ends) == (None, "answered")
    late = asked(STATUTORY)
    answer(late, at=_later(days=10))
    assert _figures(late).answered_in_time is False
    noted = asked(NOTIFICATION)
    do(noted, "record_shared_information")
    assert (_figures(noted).ends, _figures(noted).to_answered) == ("noted", None)


@pytest.mark.rule("A19")
def test_whether_the_family_was_told_what_the_hub_is_is_counted() -> None:
    desk = recorded()
    assert not _figures(desk).family_told
    desk.do(acted(H.tell_family, TellFamily(what="What the hub is."), RECORDER))
    assert _figures(desk).family_told


@pytest.mark.rule("O6")
@pytest.mark.parametrize(
    ("took", "counted"),
    [
        (timedelta(seconds=-1), 0),
        (timedelta(seconds=59), 0),
        (timedelta(hours=4), 240),
        (timedelta(hours=4, seconds=1), 240),
        (timedelta(hours=47, minutes=59), 2870),
        (timedelta(days=2), 2880),
        (timedelta(days=2, minutes=59), 2880),
        (timedelta(days=3, hours=1), 4380),
    ],
)
def test_the_longer_it_took_the_coarser_it_is_counted(took: timedelta, counted: int) -> None:
    assert minutes(NOW, NOW + took) == counted
    assert minutes(None, NOW) is minutes(NOW, None) is None


def test_the_policy_says_by_when_to_tell() -> None:
    contact = recorded().aggregate
    pack = packs().of("havering")
    referrer = contact.facts.referrer
    assert referrer is not None
    clock = pack.telling_clock(referrer.kind, contact.urgency, RECEIVED)
    assert contact.tell_by == clock.due_at
