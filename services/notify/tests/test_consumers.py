"""The subscription table is whole."""

from mash_shared.messages import all_messages
from mash_shared.testing import packs
from mash_shared.vocabulary import Lane
from notify.consumers import subscriptions
from notify.handlers import NotifyHandlers

TABLE = subscriptions(NotifyHandlers(packs()))


def test_notify_hears_every_message_meant_for_it() -> None:
    meant = {message for message in all_messages() if "notify" in message.consumers}
    assert {line.message for line in TABLE} == meant
    assert {line.document for line in TABLE} == {"contact_id"}


def test_red_messages_have_lanes_of_their_own() -> None:
    assert {topic for line in TABLE for topic in line.topics(Lane.RED)} == {
        "contact.recorded.red.v1",
        "contact.ended.red.v1",
        "decision.recorded.red.v1",
    }
