"""A reply that was returned to its agency: the coordinator sees it, and all else is as before."""

import pytest

from enquiry.domain import AgencyNotAskedError, Enquiry
from enquiry.domain.round import MOST_RETURNED
from enquiry.handlers import EnquiryHandlers
from mash_shared.messages.agency_check import AgencyCheckReturned
from mash_shared.messages.enquiry import EnquiryAuthorised
from mash_shared.testing import Desk, heard, packs, sample, send_twice

HANDLERS = EnquiryHandlers(packs())
AUTHORISED = sample(EnquiryAuthorised)
BACK = sample(AgencyCheckReturned)


def _opened() -> Desk[Enquiry]:
    desk = Desk(Enquiry, AUTHORISED.enquiry_id, "enquiry")
    desk.do(heard(HANDLERS.open_enquiry, AUTHORISED))
    return desk


@pytest.mark.rule("G1", "I4")
def test_note_returned_twice_shows_it_once_and_the_slot_stays_open_and_its_clock_runs() -> None:
    desk = _opened()
    clocks, outstanding = list(desk.aggregate.clocks), desk.aggregate.outstanding
    assert not send_twice(desk, heard(HANDLERS.note_returned, BACK))
    (asked,) = desk.aggregate.slots[BACK.agency].rounds
    (line,) = asked.returned
    assert (line.reply_id, line.code, line.returned_at) == (
        BACK.reply_id,
        BACK.code,
        BACK.occurred_at,
    )
    assert (asked.replies, desk.aggregate.outstanding) == ([], outstanding)
    assert desk.aggregate.clocks == clocks


@pytest.mark.rule("I5")
@pytest.mark.parametrize("name", ["request_id", "agency", "enquiry_id", "contact_id"])
def test_what_was_returned_of_another_request_is_noted_nowhere(name: str) -> None:
    desk = _opened()
    with pytest.raises(AgencyNotAskedError):
        desk.do(heard(HANDLERS.note_returned, BACK.model_copy(update={name: "another"})))


def test_the_newest_are_shown() -> None:
    desk = _opened()
    for nth in range(MOST_RETURNED + 1):
        back = BACK.model_copy(update={"reply_id": f"r-{nth}"})
        desk.do(heard(HANDLERS.note_returned, back))
    (asked,) = desk.aggregate.slots[BACK.agency].rounds
    assert [one.reply_id for one in asked.returned] == [f"r-{n}" for n in range(1, 11)]
