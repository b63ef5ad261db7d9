"""What a collection in memory understands of the database's queries."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

Raw = dict[str, Any]


def piped(raws: Sequence[Raw], pipeline: Sequence[Mapping[str, Any]]) -> list[Raw]:
    """Answer a pipeline: what matches, so many, with what another one gives; or what is alike."""
    found = list(raws)
    for number, stage in enumerate(pipeline):
        ((operator, said),) = stage.items()
        if operator == "$group":
            return counted(raws, pipeline[number - 1 :])
        if operator == "$match":
            found = [raw for raw in found if matches(raw, said)]
        elif operator == "$limit":
            found = found[:said]
        elif operator == "$unionWith":
            found = found + piped(raws, said["pipeline"])
    return found


def counted(raws: Iterable[Raw], pipeline: Sequence[Mapping[str, Any]]) -> list[Raw]:
    """Count documents by what is alike: a match, and a group of fields with one sum."""
    match, group = pipeline
    by: Mapping[str, str | None] = group["$group"]["_id"]
    many = Counter(
        tuple(at(raw, path.removeprefix("$")) if path else None for path in by.values())
        for raw in raws
        if matches(raw, match["$match"])
    )
    return [
        {"_id": dict(zip(by, alike, strict=True)), "many": number} for alike, number in many.items()
    ]


def rank(key: str, raw: Raw) -> tuple[bool, Any]:
    """Give what puts a document in order by a field; what has none comes first."""
    return at(raw, key) is not None, at(raw, key)


def at(raw: Any, key: str) -> Any:
    """Give the value at a dotted field, or None."""
    for part in key.split("."):
        raw = raw.get(part) if isinstance(raw, dict) else None
    return raw


def matches(raw: Raw, query: Mapping[str, Any]) -> bool:
    """Whether a document is what a query asks for."""
    return all(
        any(matches(raw, way) for way in wanted) if key == "$or" else _holds(at(raw, key), wanted)
        for key, wanted in query.items()
    )


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _holds(value: Any, wanted: Any) -> bool:
    if not isinstance(wanted, Mapping):
        return bool(value == wanted)
    return all(_TESTS[operator](value, operand) for operator, operand in wanted.items())


_TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "$in": lambda value, operand: any(one in operand for one in _each(value)),
    "$nin": lambda value, operand: value not in operand,
    "$ne": lambda value, operand: value != operand,
    "$gt": lambda value, operand: value is not None and value > operand,
    "$gte": lambda value, operand: value is not None and value >= operand,
    "$lt": lambda value, operand: value is not None and value < operand,
    "$lte": lambda value, operand: value is not None and value <= operand,
    "$not": lambda value, operand: not _holds(value, operand),
    "$exists": lambda value, operand: (value is not None) == operand,
    "$elemMatch": lambda value, operand: any(matches(one, operand) for one in value or ()),
}
