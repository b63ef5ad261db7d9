"""What a writer may say that a reader would refuse, found by comparing their two JSON schemas.

The writer's schema is closed and the reader's open, so a field only the writer knows is no
difference. What the rules cannot judge counts as a difference.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Schema = dict[str, Any]

LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
SAME = ("pattern", "format", "multipleOf", "uniqueItems", "prefixItems", "allOf", "not", "if")
"""Where the reader says anything here, the writer must say the same."""


class Kind(StrEnum):
    """In which way a reader would refuse."""

    NEVER_SAID = "never said"
    NOT_ALWAYS_SAID = "not always said"
    TYPE = "type"
    VALUE = "value"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing a reader would refuse; `at` is the path of the field, `what` the detail."""

    kind: Kind
    at: str
    what: str = ""


def differences(writer: Schema, reader: Schema) -> Iterator[Difference]:
    """Give everything in which a reader would refuse what a writer may say."""
    yield from _Comparison(writer.get("$defs", {}), reader.get("$defs", {})).of(writer, reader, "")


@dataclass(frozen=True, slots=True)
class _Comparison:
    said: dict[str, Schema]
    taken: dict[str, Schema]

    def of(self, writer: Schema, reader: Schema, at: str) -> Iterator[Difference]:
        """Compare any two schemas: every form the writer has must suit one of the reader's."""
        forms = _forms(reader, self.taken)
        for form in _forms(writer, self.said):
            found = [list(self._one(form, other, at)) for other in forms]
            if all(found):
                alike = [d for d in found if not any(x.kind is Kind.TYPE and x.at == at for x in d)]
                yield from min(alike or found, key=len)

    def _one(self, writer: Schema, reader: Schema, at: str) -> Iterator[Difference]:
        if not _suits(writer.get("type"), reader.get("type")):
            yield Difference(Kind.TYPE, at, f"{_type(writer)}, not {_type(reader)}")
            return
        yield from _values(writer, reader, at)
        yield from _limits(writer, reader, at)
        yield from self._fields(writer, reader, at)
        for word in ("items", "additionalProperties", "propertyNames"):
            yield from self._inner(writer.get(word), reader.get(word), f"{at}[]")

    def _fields(self, writer: Schema, reader: Schema, at: str) -> Iterator[Difference]:
        said, taken = writer.get("properties", {}), reader.get("properties", {})
        for field in reader.get("required", ()):
            if field not in said:
                yield Difference(Kind.NEVER_SAID, _path(at, field))
            elif field not in writer.get("required", ()):
                yield Difference(Kind.NOT_ALWAYS_SAID, _path(at, field))
        for field, schema in said.items():
            if field in taken:
                yield from self.of(schema, taken[field], _path(at, field))

    def _inner(self, writer: object, reader: object, at: str) -> Iterator[Difference]:
        if isinstance(reader, dict) and writer is not False:
            yield from self.of(writer if isinstance(writer, dict) else {}, reader, at)


def _forms(schema: Schema, definitions: dict[str, Schema]) -> list[Schema]:
    if "$ref" in schema:
        named = definitions[schema["$ref"].rpartition("/")[2]]
        return _forms(named, definitions)
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return [form for one in schema[word] for form in _forms(one, definitions)]
    return [schema]


def _suits(said: object, taken: object) -> bool:
    return taken is None or said == taken or (said == "integer" and taken == "number")


def _type(schema: Schema) -> str:
    return str(schema.get("type", "anything"))


def _values(writer: Schema, reader: Schema, at: str) -> Iterator[Difference]:
    said, taken = _listed(writer), _listed(reader)
    if taken is None:
        return
    if said is None:
        yield Difference(Kind.LIMIT, at, "any value, not only some")
        return
    for value in said:
        if value not in taken:
            yield Difference(Kind.VALUE, at, str(value))


def _listed(schema: Schema) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    values: list[Any] | None = schema.get("enum")
    return values


def _limits(writer: Schema, reader: Schema, at: str) -> Iterator[Difference]:
    for word in (*LEAST, *MOST, *SAME):
        said, taken = writer.get(word), reader.get(word)
        if taken is None or said == taken:
            continue
        below = word in LEAST and said is not None and said > taken
        above = word in MOST and said is not None and said < taken
        if not (below or above):
            yield Difference(Kind.LIMIT, at, f"{word} {_shown(said)}, not {_shown(taken)}")


def _shown(limit: object) -> str:
    return "none" if limit is None else str(limit)


def _path(at: str, field: str) -> str:
    return f"{at}.{field}" if at else field
