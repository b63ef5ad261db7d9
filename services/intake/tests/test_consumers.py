"""The subscription table is whole: every message that names intake as its listener is on it."""

from intake.consumers import subscriptions
from intake.handlers import IntakeHandlers
from mash_shared.messages import all_messages
from mash_shared.testing import packs
from mash_shared.vocabulary import Urgency

TABLE = subscriptions(IntakeHandlers(packs()))


def test_intake_hears_every_message_meant_for_it() -> None:
    meant = {message for message in all_messages() if "intake" in message.consumers}
    assert {line.message for line in TABLE} == meant
    assert len(TABLE) == len(meant)


def test_every_line_is_about_one_contact() -> None:
    assert {line.document for line in TABLE} == {"contact_id"}


def test_red_news_has_lanes_of_its_own() -> None:
    assert {topic for line in TABLE for topic in line.topics(Urgency.RED)} == {
        "decision.recorded.red.v1",
        "notice.delivered.red.v1",
        "notice.failed.red.v1",
    }
