"""The tables are whole: every message for enquiry, and a handler for every clock it starts."""

from enquiry.consumers import due, subscriptions
from enquiry.domain import Enquiry
from enquiry.handlers import EnquiryHandlers
from mash_shared.messages import all_messages
from mash_shared.messages.enquiry import EnquiryAuthorised
from mash_shared.messages.erasure import ContactErased
from mash_shared.testing import Desk, heard, packs, sample
from mash_shared.vocabulary import Lane

HANDLERS = EnquiryHandlers(packs())
TABLE = subscriptions(HANDLERS)


def test_enquiry_hears_every_message_meant_for_it() -> None:
    meant = {message for message in all_messages() if "enquiry" in message.consumers}
    assert {line.message for line in TABLE} == meant
    assert len(TABLE) == len(meant)


def test_every_line_is_about_one_enquiry() -> None:
    ours = (line for line in TABLE if line.message is not ContactErased)
    assert {line.document for line in ours} == {"enquiry_id"}


def test_red_messages_have_lanes_of_their_own() -> None:
    assert {topic for line in TABLE for topic in line.topics(Lane.RED)} == {
        "enquiry.authorised.red.v1",
        "enquiry.amended.red.v1",
        "agency-check.handed-over.red.v1",
        "agency-check.answered.red.v1",
        "agency-check.returned.red.v1",
    }


def test_every_clock_that_is_started_has_a_handler() -> None:
    desk = Desk(Enquiry, "enq-1", "enquiry")
    desk.do(heard(HANDLERS.open_enquiry, sample(EnquiryAuthorised)))
    assert {line.kind for line in due(HANDLERS)} == {clock.kind for clock in desk.aggregate.clocks}
