"""Every message says who says it, who hears it, on which topics, and what it carries of people."""

import re
from pathlib import Path

import pytest

from mash_shared.catalogue import KEY, meaning_of, topics_of
from mash_shared.messages import Message, PersonalData, all_messages
from mash_shared.plumbing.topics import all_topics

ROOT = Path(__file__).parents[2]
MESSAGES = tuple(all_messages())
PART = r"(?:[a-z]+(?:-[a-z]+)*|\{[a-z]+\})"
TOPIC = re.compile(rf"{PART}(?:\.{PART})+\.v[1-9][0-9]*")
OUTSIDE = {"agency adapters", "every service", "every process"}
OUTSIDE |= {"case system", "council directory", "auditor"}
TO_ITSELF = {"ContactJoined", "ContactSplit", "ContactConcernRaised", "ChildAllegedToHarm"}
"""What a service says to itself, of one document to another: each is changed by itself."""

PAGE = (ROOT / "docs" / "messages.md").read_text()
TOPICS = all_topics(("police",))
MOST_DAYS = 30
"""How long what people said may be on the broker; documents remember ids a little longer."""

each_message = pytest.mark.parametrize("message", MESSAGES, ids=lambda m: m.__name__)


def _services() -> set[str]:
    return {folder.parent.name for folder in (ROOT / "services").glob("*/pyproject.toml")}


@each_message
def test_a_message_has_owner_consumers_and_a_class_of_personal_data(message: type[Message]) -> None:
    known = _services() | OUTSIDE
    assert message.owner in known
    assert message.consumers
    assert set(message.consumers) <= known
    assert (message.owner in message.consumers) is (message.__name__ in TO_ITSELF)
    assert isinstance(message.personal_data, PersonalData)
    assert message.partitions > 0
    assert message.retention.days >= 7


@pytest.mark.rule("S7")
@each_message
def test_what_people_said_is_on_the_broker_for_a_time_that_the_page_names(
    message: type[Message],
) -> None:
    (row,) = (line for line in PAGE.splitlines() if line.startswith(f"| `{message.topic}` |"))
    assert row.endswith(f"| {message.personal_data} | {message.retention.days} days |")
    if message.personal_data is not PersonalData.NONE:
        assert message.retention.days <= MOST_DAYS
    for topic in TOPICS:
        if topic.name in topics_of(message).values():
            assert topic.retention == message.retention


@each_message
def test_a_topic_is_named_by_the_grammar(message: type[Message]) -> None:
    for topic in topics_of(message).values():
        assert TOPIC.fullmatch(topic), topic
    assert set(message.parts()) <= set(message.model_fields)


@each_message
def test_a_message_says_what_it_means(message: type[Message]) -> None:
    assert meaning_of(message).endswith(".")
    assert message.__doc__ not in {base.__doc__ for base in message.__mro__[1:]}


@each_message
def test_a_message_is_frozen_and_has_the_key(message: type[Message]) -> None:
    assert message.model_config.get("frozen")
    assert message.model_config.get("extra") == "forbid"
    assert message.model_fields[KEY].is_required()


def test_topics_and_names_are_unique() -> None:
    topics = [topic for message in MESSAGES for topic in topics_of(message).values()]
    assert len(set(topics)) == len(topics)
    assert len({message.__name__ for message in MESSAGES}) == len(MESSAGES)


def test_no_topic_of_one_message_is_a_topic_of_another_for_real_agencies() -> None:
    names = [topic.name for topic in all_topics(("police", "domestic-abuse"))]
    assert len(set(names)) == len(names)
    assert not any("{" in name or "_" in name for name in names)


def test_a_service_that_hears_nothing_or_says_nothing_is_a_mistake() -> None:
    said = {message.owner for message in MESSAGES}
    heard = {consumer for message in MESSAGES for consumer in message.consumers}
    assert _services() <= said | {"ops"}
    assert _services() <= heard
