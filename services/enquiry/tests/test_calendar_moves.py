"""Clocks of an enquiry follow an announced holiday without outliving it."""

from datetime import UTC, datetime, timedelta

import pytest

from enquiry.domain import Enquiry
from enquiry.handlers import EnquiryHandlers
from mash_shared.messages.enquiry import EnquiryAuthorised
from mash_shared.testing import Desk, heard, packs, sample
from mash_shared.vocabulary import ClockKind, ClockState

FRIDAY = datetime(2026, 6, 5, 10, 0, tzinfo=UTC)
TUESDAY, THURSDAY = FRIDAY.replace(day=9), FRIDAY.replace(day=11)
HAVERING = packs().of("havering")


def _enquiry(authorised_at: datetime) -> Enquiry:
    whole = HAVERING.clock(ClockKind.ENQUIRY, "amber", FRIDAY)
    check = HAVERING.clock(ClockKind.AGENCY_CHECK, "amber", authorised_at, of="police")
    return Enquiry(id="e1", promised_from=authorised_at, clocks=[whole, check])


def _move(enquiry: Enquiry) -> tuple[datetime, datetime]:
    moved = {ClockKind.ENQUIRY: TUESDAY, ClockKind.AGENCY_CHECK: THURSDAY}
    enquiry.recompute(lambda clock: moved[clock.kind], "another calendar", FRIDAY)
    whole, check = enquiry.clocks
    return whole.due_at, check.due_at


@pytest.mark.rule("J3", "J9")
def test_an_amber_check_of_friday_is_due_on_monday_at_the_latest() -> None:
    amber = {"urgency": "amber", "lane": "amber", "received_at": FRIDAY, "occurred_at": FRIDAY}
    desk = Desk(Enquiry, "e1", "enquiry")
    asked = heard(EnquiryHandlers(packs()).open_enquiry, sample(EnquiryAuthorised, **amber))
    desk.do(asked)
    promises = {clock.due_at for clock in desk.aggregate.clocks if clock.part is None}
    assert promises == {FRIDAY + timedelta(days=3)}


@pytest.mark.rule("J1", "J2")
def test_an_agencys_time_stays_within_the_enquirys() -> None:
    assert _move(_enquiry(FRIDAY)) == (TUESDAY, TUESDAY)


def test_agencies_keep_their_own_time_where_the_enquirys_had_run_out() -> None:
    assert _move(_enquiry(TUESDAY)) == (TUESDAY, THURSDAY)


def test_without_an_open_enquiry_clock_nothing_is_shortened() -> None:
    enquiry = _enquiry(FRIDAY)
    enquiry.end_clock(ClockKind.ENQUIRY, state=ClockState.MET, at=FRIDAY)
    assert _move(enquiry)[1] == THURSDAY
