"""JSON schemas of messages: what a writer may say, what a reader takes, and both in documents."""

from collections.abc import Callable, Iterable
from typing import Any

from pydantic.json_schema import models_json_schema

from mash_shared.catalogue.meanings import meaning_of_field
from mash_shared.messages import Message

Schema = dict[str, Any]

COMPONENTS = "#/components/schemas/"
_MAPS = ("properties", "$defs", "patternProperties")
_LISTS = ("anyOf", "oneOf", "allOf")
_ONES = ("items", "additionalProperties", "propertyNames")


def writer_schema(message: type[Message]) -> Schema:
    """Give the schema of what is said: closed, since writers forbid unknown fields."""
    return changed(message.model_json_schema(mode="serialization"), _without_words)


def reader_schema(message: type[Message]) -> Schema:
    """Give the schema of what is taken in: open, since readers ignore unknown fields."""
    return changed(message.model_json_schema(mode="validation"), _without_words, _opened)


def documented_schemas(messages: Iterable[type[Message]]) -> dict[str, Schema]:
    """Give reader schemas of messages and their parts by name, each field with its meaning."""
    pairs = [(message, "validation") for message in messages]
    _, found = models_json_schema(pairs, ref_template=COMPONENTS + "{model}")  # type: ignore[arg-type]
    schemas = {name: changed(schema, _untitled, _opened) for name, schema in found["$defs"].items()}
    for name, schema in schemas.items():
        for field, described in schema.get("properties", {}).items():
            schema["properties"][field] = _described(described, meaning_of_field(name, field))
    return dict(sorted(schemas.items()))


def changed(schema: Schema, *changes: Callable[[Schema], Schema]) -> Schema:
    """Give a schema with every schema inside it changed; names of fields are left alone."""
    for change in changes:
        schema = change(schema)
    result: Schema = {}
    for word, value in schema.items():
        if word in _MAPS:
            result[word] = {name: changed(inner, *changes) for name, inner in value.items()}
        elif word in _LISTS:
            result[word] = [changed(inner, *changes) for inner in value]
        elif word in _ONES and isinstance(value, dict):
            result[word] = changed(value, *changes)
        else:
            result[word] = value
    return result


def _untitled(schema: Schema) -> Schema:
    return {word: value for word, value in schema.items() if word != "title"}


def _without_words(schema: Schema) -> Schema:
    return {word: value for word, value in _untitled(schema).items() if word != "description"}


def _opened(schema: Schema) -> Schema:
    closed = schema.get("additionalProperties") is False
    return {w: v for w, v in schema.items() if not (closed and w == "additionalProperties")}


def _described(schema: Schema, meaning: str) -> Schema:
    # Draft 7, on which AsyncAPI builds, ignores everything beside a `$ref`.
    if "$ref" in schema:
        beside = {word: value for word, value in schema.items() if word != "$ref"}
        schema = {"allOf": [{"$ref": schema["$ref"]}], **beside}
    return {"description": meaning, **schema}
