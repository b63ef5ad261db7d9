"""A council with more levels of risk than two: agencies are asked by each of them (X11, J1, J2)."""

import pytest

from enquiry.domain import Enquiry
from enquiry.handlers import EnquiryHandlers
from mash_shared.messages.agency_check import AgencyCheckAmended, AgencyCheckRequested
from mash_shared.messages.enquiry import EnquiryAmended, EnquiryAuthorised
from mash_shared.testing import Desk, heard, sample
from mash_shared.vocabulary import ClockKind
from support.councils import THREE_LEVELS, all_packs

HANDLERS = EnquiryHandlers(all_packs())
LOW = {"council": THREE_LEVELS, "urgency": "emerging", "lane": "amber"}
AUTHORISED = sample(EnquiryAuthorised, **LOW, agencies=("police", "health"))


@pytest.mark.rule("X11", "J1", "J2")
def test_each_level_has_its_own_time_and_its_own_lane_to_the_agencies() -> None:
    desk = Desk(Enquiry, AUTHORISED.enquiry_id, "enquiry")
    asked = desk.do(heard(HANDLERS.open_enquiry, AUTHORISED))
    assert _lasts(desk) == ("3 working days", "2 working days")
    assert {(one.urgency, one.lane) for one in asked if isinstance(one, AgencyCheckRequested)} == {
        ("emerging", "amber")
    }
    for level, lane, edition, lasts in (
        ("serious", "amber", 8, ("1 working day", "6 working hours")),
        ("immediate", "red", 9, ("3 hours", "2 hours")),
    ):
        said = LOW | {"urgency": level, "lane": lane, "edition": edition}
        told = desk.do(heard(HANDLERS.amend_enquiry, sample(EnquiryAmended, **said)))
        assert _lasts(desk) == lasts
        news = {(one.urgency, one.lane) for one in told if isinstance(one, AgencyCheckAmended)}
        assert news == {(level, lane)}


def _lasts(desk: Desk[Enquiry]) -> tuple[str | None, str | None]:
    whole = desk.aggregate.clock(ClockKind.ENQUIRY)
    check = desk.aggregate.clock(ClockKind.AGENCY_CHECK, "police")
    assert whole is not None
    assert check is not None
    return whole.lasts, check.lasts
