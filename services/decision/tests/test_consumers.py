"""The subscription table is whole, and a group of children is a group of decisions."""

from decision.consumers import subscriptions
from decision.handlers import DecisionHandlers
from mash_shared.messages import all_messages
from mash_shared.messages.contact import ChildWork, ContactWorkOutstanding
from mash_shared.messages.erasure import ContactErased
from mash_shared.testing import packs, sample
from mash_shared.vocabulary import Lane

TABLE = subscriptions(DecisionHandlers(packs()))


def test_decision_hears_every_message_meant_for_it() -> None:
    meant = {message for message in all_messages() if "decision" in message.consumers}
    assert {line.message for line in TABLE} == meant
    assert len(TABLE) == len(meant)


def test_a_message_about_two_children_is_about_two_documents() -> None:
    for line in (line for line in TABLE if line.message is not ContactErased):
        two = {"child_ids": ("c1-1", "c1-2")}
        if line.message is ContactWorkOutstanding:
            two = {"children": tuple(ChildWork(child_id=one) for one in two["child_ids"])}
        assert line.documents(sample(line.message, **two)) == ("c1-1", "c1-2")


def test_red_messages_have_lanes_of_their_own() -> None:
    assert {topic for line in TABLE for topic in line.topics(Lane.RED)} == {
        "contact.ready-for-decision.red.v1",
        "contact.work-outstanding.red.v1",
        "enquiry.collated.red.v1",
        "enquiry.late-information-received.red.v1",
    }
