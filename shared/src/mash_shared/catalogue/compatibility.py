"""Whether today's messages and those released before understand each other, both ways.

Additive changes stay in a version. A breaking one gets a new class and topic (`….v2`) beside the
old, until nobody hears the old one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from pydantic import ValidationError

from mash_shared.catalogue.differences import Difference, Kind, differences
from mash_shared.catalogue.releases import Release
from mash_shared.messages import Message


class Rule(StrEnum):
    """The ways in which a change breaks somebody."""

    FIELD_REMOVED = "field removed"
    FIELD_ADDED_AS_REQUIRED = "required field added"
    MADE_REQUIRED = "field made required"
    MADE_OPTIONAL = "field made optional"
    TYPE_CHANGED = "type changed"
    VALUE_ADDED = "value added"
    VALUE_REMOVED = "value removed"
    TIGHTENED = "constraint tightened"
    LOOSENED = "constraint loosened"
    TOPIC_RENAMED = "topic renamed"
    KEY_CHANGED = "key changed"
    LANE_CHANGED = "lane changed"
    PARTITIONS_CHANGED = "partitions changed"
    MESSAGE_DISAPPEARED = "message disappeared"
    SAMPLE_REFUSED = "released sample refused"


@dataclass(frozen=True, slots=True)
class Break:
    """One breaking change: of which message, where in it, and whom it breaks."""

    rule: Rule
    message: str
    at: str
    why: str

    def __str__(self) -> str:
        place = f"{self.message}.{self.at}" if self.at else self.message
        return f"{place}: {self.rule}: {self.why}."


_NEW_READERS = {
    Kind.NEVER_SAID: (Rule.FIELD_ADDED_AS_REQUIRED, "writers released before do not send it"),
    Kind.NOT_ALWAYS_SAID: (Rule.MADE_REQUIRED, "writers released before may leave it out"),
    Kind.TYPE: (Rule.TYPE_CHANGED, "records released before have {what}"),
    Kind.VALUE: (Rule.VALUE_REMOVED, "writers released before may say {what}"),
    Kind.LIMIT: (Rule.TIGHTENED, "records released before may have {what}"),
}
_OLD_READERS = {
    Kind.NEVER_SAID: (Rule.FIELD_REMOVED, "readers released before require it"),
    Kind.NOT_ALWAYS_SAID: (Rule.MADE_OPTIONAL, "readers released before require it"),
    Kind.TYPE: (Rule.TYPE_CHANGED, "readers released before would get {what}"),
    Kind.VALUE: (Rule.VALUE_ADDED, "readers released before do not know {what}"),
    Kind.LIMIT: (Rule.LOOSENED, "readers released before would refuse {what}"),
}


def schema_breaks(before: Release, today: Release) -> list[Break]:
    """Name every breaking change of the body between a release and today, the worst way first."""
    both = (
        (_NEW_READERS, differences(before.writer, today.reader)),
        (_OLD_READERS, differences(today.writer, before.reader)),
    )
    found: dict[tuple[Rule, str, str], Break] = {}
    for rules, all_found in both:
        for difference in all_found:
            broken = _break(rules[difference.kind], difference, before.message)
            detail = difference.what if difference.kind is Kind.VALUE else ""
            found.setdefault((broken.rule, broken.at, detail), broken)
    return list(found.values())


def contract_breaks(before: Release, today: Release) -> Iterator[Break]:
    """Name every breaking change of what is around the body: topics, key, partitions."""
    was, now = before.topics, today.topics
    if was["amber"] != now["amber"]:
        why = f"it was released as {was['amber']} and is now {now['amber']}"
        yield Break(Rule.TOPIC_RENAMED, before.message, "", why)
    elif was != now:
        lanes = f"{', '.join(was.values())} became {', '.join(now.values())}"
        yield Break(Rule.LANE_CHANGED, before.message, "", f"its topics {lanes}")
    if before.key != today.key:
        why = f"it was {before.key} and is now {today.key}, so records lose their order"
        yield Break(Rule.KEY_CHANGED, before.message, "", why)
    if before.partitions != today.partitions:
        why = f"{before.partitions} became {today.partitions}, so keys move between partitions"
        yield Break(Rule.PARTITIONS_CHANGED, before.message, "", why)


def breaks(
    releases: dict[str, list[Release]], today: Iterable[tuple[type[Message], Release]]
) -> list[Break]:
    """Name every breaking change between all releases and today's messages."""
    by_topic = {release.topics["amber"]: (message, release) for message, release in today}
    by_name = {release.message: (message, release) for message, release in by_topic.values()}
    found: dict[Break, None] = {}
    for topic, history in releases.items():
        current = by_topic.get(topic) or by_name.get(history[-1].message)
        if current is None:
            why = f"{topic} was released and no class says it any more"
            found[Break(Rule.MESSAGE_DISAPPEARED, history[-1].message, "", why)] = None
            continue
        message, release = current
        for before in history:
            found |= dict.fromkeys(contract_breaks(before, release))
            found |= dict.fromkeys(schema_breaks(before, release))
            found |= dict.fromkeys(_sample_breaks(before, message))
    return list(found)


def _sample_breaks(before: Release, message: type[Message]) -> Iterator[Break]:
    try:
        message.model_validate(before.sample, extra="ignore")
    except ValidationError as refused:
        where = ".".join(str(part) for part in refused.errors(include_input=False)[0]["loc"])
        why = "a record of a release can no longer be read"
        yield Break(Rule.SAMPLE_REFUSED, before.message, where, why)


def _break(rule: tuple[Rule, str], difference: Difference, message: str) -> Break:
    name, why = rule
    return Break(name, message, difference.at, why.format(what=difference.what))
