"""The subscription table is whole, and a group of children is a group of decisions."""

from decision.consumers import subscriptions
from decision.handlers import DecisionHandlers
from mash_shared.messages import all_messages
from mash_shared.testing import packs, sample
from mash_shared.vocabulary import Urgency

TABLE = subscriptions(DecisionHandlers(packs()))


def test_decision_hears_every_message_meant_for_it() -> None:
    meant = {message for message in all_messages() if "decision" in message.consumers}
    assert {line.message for line in TABLE} == meant
    assert len(TABLE) == len(meant)


def test_a_message_about_two_children_is_about_two_documents() -> None:
    for line in TABLE:
        message = sample(line.message, child_ids=("c1-1", "c1-2"))
        assert line.documents(message) == ("c1-1", "c1-2")


def test_red_messages_have_lanes_of_their_own() -> None:
    assert {topic for line in TABLE for topic in line.topics(Urgency.RED)} == {
        "contact.ready-for-decision.red.v1",
        "contact.work-outstanding.red.v1",
        "enquiry.collated.red.v1",
        "enquiry.late-information-received.red.v1",
    }
