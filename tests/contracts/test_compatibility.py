"""Each rule of the differ, on a small message before and after a change."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

import pytest
from pydantic import Field, create_model

from mash_shared.catalogue import KEY, topics_of
from mash_shared.catalogue.compatibility import Rule, breaks
from mash_shared.catalogue.releases import Release
from mash_shared.catalogue.schemas import reader_schema, writer_schema
from mash_shared.messages import ContactMessage, Message, PersonalData


class ThingHappened(ContactMessage):
    """Something happened to a thing."""

    topic: ClassVar = "thing.happened.v1"
    owner: ClassVar = "intake"
    consumers: ClassVar = ("enquiry",)
    personal_data: ClassVar = PersonalData.NONE


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class MoreColour(StrEnum):
    RED = "red"
    BLUE = "blue"
    GREEN = "green"


@dataclass(frozen=True)
class Part:
    name: str
    size: int = 1


@dataclass(frozen=True)
class PartWithMaker:
    name: str
    maker: str
    size: int = 1


@dataclass(frozen=True)
class PartWithoutName:
    size: int = 1


UpTo100 = Annotated[str, Field(max_length=100)]
UpTo200 = Annotated[str, Field(max_length=200)]
Digits = Annotated[str, Field(pattern=r"^[0-9]+$")]
Letters = Annotated[str, Field(pattern=r"^[a-z]+$")]
NONE: dict[str, Any] = {}


def _message(fields: dict[str, Any]) -> type[Message]:
    return create_model("ThingHappened", __base__=ThingHappened, **fields)


def _release(message: type[Message], **changes: Any) -> Release:
    made = Release(
        message=message.__name__,
        topics=topics_of(message),
        key=KEY,
        partitions=message.partitions,
        writer=writer_schema(message),
        reader=reader_schema(message),
        sample={
            "contact_id": "c",
            "council": "x",
            "urgency": "red",
            "lane": "red",
            "occurred_at": "2026-03-11T09:02:00Z",
        },
    )
    return made.model_copy(update=changes)


def _found(before: Release, message: type[Message], today: Release) -> set[tuple[Rule, str]]:
    history = {before.topics["amber"]: [before]}
    found = breaks(history, [(message, today)])
    return {(b.rule, b.at) for b in found if b.rule is not Rule.SAMPLE_REFUSED}


CHANGES = [
    # what may change within a version
    pytest.param({"n": (int, ...)}, {"n": (int, ...)}, set(), id="nothing"),
    pytest.param(NONE, {"note": (str | None, None)}, set(), id="optional field added"),
    pytest.param({"note": (str, "")}, NONE, set(), id="optional field removed"),
    pytest.param({"n": (int, 1)}, {"n": (int, 2)}, set(), id="default changed"),
    # what may not
    pytest.param({"n": (int, ...)}, NONE, {(Rule.FIELD_REMOVED, "n")}, id="removed"),
    pytest.param(NONE, {"n": (int, ...)}, {(Rule.FIELD_ADDED_AS_REQUIRED, "n")}, id="added"),
    pytest.param(
        {"n": (int, ...)},
        {"number": (int, ...)},
        {(Rule.FIELD_REMOVED, "n"), (Rule.FIELD_ADDED_AS_REQUIRED, "number")},
        id="renamed",
    ),
    pytest.param({"n": (int, 1)}, {"n": (int, ...)}, {(Rule.MADE_REQUIRED, "n")}, id="required"),
    pytest.param({"n": (int, ...)}, {"n": (int, 1)}, {(Rule.MADE_OPTIONAL, "n")}, id="optional"),
    pytest.param({"n": (int, ...)}, {"n": (str, ...)}, {(Rule.TYPE_CHANGED, "n")}, id="type"),
    pytest.param({"n": (int, ...)}, {"n": (float, ...)}, {(Rule.TYPE_CHANGED, "n")}, id="wider"),
    pytest.param({"n": (int, ...)}, {"n": (int | str, ...)}, {(Rule.TYPE_CHANGED, "n")}, id="or"),
    pytest.param({"n": (str, ...)}, {"n": (Part, ...)}, {(Rule.TYPE_CHANGED, "n")}, id="object"),
    pytest.param(
        {"n": (str | None, None)},
        {"n": (str, ...)},
        {(Rule.MADE_REQUIRED, "n"), (Rule.TYPE_CHANGED, "n")},
        id="null no more",
    ),
    pytest.param(
        {"c": (Colour, ...)}, {"c": (MoreColour, ...)}, {(Rule.VALUE_ADDED, "c")}, id="value added"
    ),
    pytest.param(
        {"c": (MoreColour, ...)}, {"c": (Colour, ...)}, {(Rule.VALUE_REMOVED, "c")}, id="value gone"
    ),
    pytest.param(
        {"c": (Literal["a"], ...)},
        {"c": (Literal["b"], ...)},
        {(Rule.VALUE_ADDED, "c"), (Rule.VALUE_REMOVED, "c")},
        id="constant",
    ),
    pytest.param(
        {"c": (str, ...)}, {"c": (Colour, ...)}, {(Rule.TIGHTENED, "c")}, id="text to values"
    ),
    pytest.param(
        {"s": (UpTo200, ...)}, {"s": (UpTo100, ...)}, {(Rule.TIGHTENED, "s")}, id="shorter"
    ),
    pytest.param({"s": (str, ...)}, {"s": (UpTo100, ...)}, {(Rule.TIGHTENED, "s")}, id="limited"),
    pytest.param({"s": (UpTo100, ...)}, {"s": (UpTo200, ...)}, {(Rule.LOOSENED, "s")}, id="longer"),
    pytest.param(
        {"n": (Annotated[int, Field(ge=0)], ...)},
        {"n": (Annotated[int, Field(ge=1)], ...)},
        {(Rule.TIGHTENED, "n")},
        id="higher minimum",
    ),
    pytest.param(
        {"s": (Digits, ...)},
        {"s": (Letters, ...)},
        {(Rule.TIGHTENED, "s"), (Rule.LOOSENED, "s")},
        id="pattern",
    ),
    pytest.param(
        {"p": (tuple[Part, ...], ...)},
        {"p": (tuple[PartWithMaker, ...], ...)},
        {(Rule.FIELD_ADDED_AS_REQUIRED, "p[].maker")},
        id="in a list",
    ),
    pytest.param(
        {"p": (dict[str, Part], ...)},
        {"p": (dict[str, PartWithoutName], ...)},
        {(Rule.FIELD_REMOVED, "p[].name")},
        id="in a mapping",
    ),
    pytest.param(
        {"p": (Part | None, None)},
        {"p": (PartWithMaker | None, None)},
        {(Rule.FIELD_ADDED_AS_REQUIRED, "p.maker")},
        id="in an optional part",
    ),
]


@pytest.mark.parametrize(("before", "after", "expected"), CHANGES)
def test_a_change_of_the_body(
    before: dict[str, Any], after: dict[str, Any], expected: set[tuple[Rule, str]]
) -> None:
    was, now = _message(before), _message(after)
    assert _found(_release(was), now, _release(now)) == expected


def test_every_rule_of_the_body_has_a_change_that_shows_it() -> None:
    shown: set[Rule] = set()
    for case in CHANGES:
        expected = case.values[2]
        assert isinstance(expected, set)
        shown |= {rule for rule, _ in expected}
    around = {
        Rule.TOPIC_RENAMED, Rule.KEY_CHANGED, Rule.LANE_CHANGED, Rule.PARTITIONS_CHANGED,
        Rule.MESSAGE_DISAPPEARED, Rule.SAMPLE_REFUSED,
    }  # fmt: skip
    assert shown | around == set(Rule)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"topics": {"amber": "thing.went.v1", "red": "thing.went.red.v1"}}, Rule.TOPIC_RENAMED),
        ({"topics": {"amber": "thing.happened.v1"}}, Rule.LANE_CHANGED),
        (
            {"topics": {"amber": "thing.happened.v1", "red": "thing.happened.urgent.v1"}},
            Rule.LANE_CHANGED,
        ),
        ({"key": "enquiry_id"}, Rule.KEY_CHANGED),
        ({"partitions": 12}, Rule.PARTITIONS_CHANGED),
    ],
)
def test_a_change_around_the_body(changes: dict[str, Any], rule: Rule) -> None:
    before = _release(ThingHappened, **changes)
    assert _found(before, ThingHappened, _release(ThingHappened)) == {(rule, "")}


def test_a_message_that_disappears_is_named() -> None:
    (found,) = breaks({"thing.happened.v1": [_release(ThingHappened)]}, [])
    assert found.rule is Rule.MESSAGE_DISAPPEARED
    assert str(found) == (
        "ThingHappened: message disappeared: "
        "thing.happened.v1 was released and no class says it any more."
    )


def test_a_second_version_beside_the_first_is_no_break() -> None:
    class ThingHappenedV2(ThingHappened):
        topic: ClassVar = "thing.happened.v2"
        more: int

    history = {"thing.happened.v1": [_release(ThingHappened)]}
    both = [(m, _release(m)) for m in (ThingHappened, ThingHappenedV2)]
    assert not breaks(history, both)


def test_every_release_counts_not_only_the_last() -> None:
    first, second = _message({"n": (int, 1)}), ThingHappened
    today = _message({"n": (str, "")})
    history = {"thing.happened.v1": [_release(first), _release(second)]}
    found = breaks(history, [(today, _release(today))])
    assert {(one.rule, one.at) for one in found} == {(Rule.TYPE_CHANGED, "n")}


def test_a_released_sample_that_a_validator_refuses_is_named() -> None:
    before = _release(ThingHappened, sample={"contact_id": "c"})
    found = breaks({"thing.happened.v1": [before]}, [(ThingHappened, _release(ThingHappened))])
    assert [(one.rule, one.at) for one in found] == [(Rule.SAMPLE_REFUSED, "council")]


def test_a_sentence_names_the_message_the_field_and_whom_it_breaks() -> None:
    now = _message({"n": (int, ...)})
    history = {"thing.happened.v1": [_release(ThingHappened)]}
    sentences = [str(one) for one in breaks(history, [(now, _release(now))])]
    assert sentences[0] == (
        "ThingHappened.n: required field added: writers released before do not send it."
    )
