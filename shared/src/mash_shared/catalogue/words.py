"""JSON schemas in words, for the tables of `docs/messages.md`."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from mash_shared.catalogue.schemas import COMPONENTS

Schema = dict[str, Any]

_FORMATS = {"date-time": "time with zone", "date": "date"}
_TYPES = {"string": "text", "integer": "whole number", "boolean": "true or false"}


class Field(NamedTuple):
    """A row of a table of fields."""

    name: str
    type: str
    needed: bool
    meaning: str


def fields_of(schema: Schema, schemas: dict[str, Schema]) -> Iterator[Field]:
    """Give the fields of an object in the order in which its class names them."""
    required = schema.get("required", ())
    for name, inner in schema["properties"].items():
        yield Field(name, in_words(inner, schemas), name in required, inner["description"])


def parts_of(schemas: dict[str, Schema]) -> Iterator[str]:
    """Give the names of the objects that fields are made of."""
    used = {ref for schema in schemas.values() for ref in _references(schema)}
    yield from sorted(name for name in used if "properties" in schemas[name])


def in_words(schema: Schema, schemas: dict[str, Schema]) -> str:
    """Say a type in words; an object becomes a link to its own table."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(COMPONENTS)
        target = schemas[name]
        return f"[{name}](#{name.lower()})" if "properties" in target else in_words(target, schemas)
    for word in ("allOf", "anyOf"):
        if word in schema:
            forms = [form for form in schema[word] if form.get("type") != "null"]
            return " or ".join(in_words(form, schemas) for form in forms)
    if "const" in schema:
        return f"always `{schema['const']}`"
    if "enum" in schema:
        return "one of " + ", ".join(f"`{value}`" for value in schema["enum"])
    return _plain(schema, schemas)


def _plain(schema: Schema, schemas: dict[str, Schema]) -> str:
    kind: str = schema.get("type", "")
    if kind == "array":
        return f"list of {in_words(schema['items'], schemas)}"
    if kind == "object":
        return f"for each name {in_words(schema['additionalProperties'], schemas)}"
    if "format" in schema:
        name: str = schema["format"]
        return _FORMATS.get(name, name)
    return _TYPES.get(kind, kind) + _length(schema)


def _length(schema: Schema) -> str:
    if "maxLength" not in schema:
        return ""
    return f", {schema.get('minLength', 0)} to {schema['maxLength']} characters"


def _references(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].removeprefix(COMPONENTS)
        for inner in schema.values():
            yield from _references(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _references(inner)
