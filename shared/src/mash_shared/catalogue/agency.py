"""`docs/agency.asyncapi.yaml`: what one agency's own program needs of the catalogue, and no more.

It is written from the side of that program: it receives requests and sends replies. Every type in
it has a name, so that what is generated of it in another language has one too.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from mash_shared.catalogue import topics_of
from mash_shared.catalogue.asyncapi import (
    BINDING_VERSION,
    CONTRACT_VERSION,
    Node,
    channel_of,
    headers_schema,
    message_of,
    written,
)
from mash_shared.catalogue.schemas import COMPONENTS, changed, documented_schemas
from mash_shared.messages import Message

ADAPTERS = "agency adapters"
"""How the message classes call an agency's own program."""
GROUP = "agency-{agency}"
"""The name of an agency's consumer group; further ones go on from it after a dot."""
_CERTIFICATE = "certificate"
_MAKES_A_TYPE = ("properties", "enum", "const", "anyOf", "oneOf")


def of_agencies(messages: Sequence[type[Message]]) -> tuple[type[Message], ...]:
    """Give the messages that an agency's own program reads or writes."""
    return tuple(one for one in messages if ADAPTERS in (one.owner, *one.consumers))


def agency_asyncapi(messages: Sequence[type[Message]], samples: Path) -> str:
    """Give the whole document as YAML."""
    mine = of_agencies(messages)
    places = list(_places(mine))
    document = {
        "asyncapi": "3.0.0",
        "info": _info(),
        "defaultContentType": "application/json",
        "servers": {"hub": _server()},
        "channels": {name: channel_of(kind, address) for name, kind, address in places},
        "operations": dict(_operation(kind, name) for name, kind, _ in places),
        "components": {
            "securitySchemes": {_CERTIFICATE: _certificate()},
            "messages": {kind.__name__: _message(kind, samples) for kind in mine},
            "schemas": {"Headers": headers_schema(), **_named(documented_schemas(mine))},
        },
    }
    return written(document)


def _places(messages: Sequence[type[Message]]) -> Iterator[tuple[str, type[Message], str]]:
    for kind in messages:
        for lane, address in topics_of(kind).items():
            yield f"{kind.__name__}.{lane}" if kind.laned else kind.__name__, kind, address


def _info() -> Node:
    return {
        "title": "Multi-Agency Safeguarding Hub: an agency's own program",
        "version": CONTRACT_VERSION,
        "description": (
            "What the program of one agency reads from the hub and writes to it. `agency` in an "
            "address is that agency's name. docs/agency-adapters.md says how to write one."
        ),
    }


def _server() -> Node:
    return {
        "host": "{host}:{port}",
        "protocol": "kafka-secure",
        "description": "The listener of other organisations; the hub tells you its address.",
        "variables": {
            "host": {"description": "Name of a broker.", "examples": ["kafka.hub.example"]},
            "port": {"description": "Port of that listener.", "default": "9094"},
        },
        "security": [{"$ref": f"#/components/securitySchemes/{_CERTIFICATE}"}],
    }


def _certificate() -> Node:
    return {
        "type": "X509",
        "description": (
            "Mutual TLS, 1.2 or later. The hub signs a certificate for your key, whose common name "
            "is `agency.` and your agency's name; there is no password."
        ),
    }


def _operation(message: type[Message], channel: str) -> tuple[str, Node]:
    reads = ADAPTERS in message.consumers
    action = "receive" if reads else "send"
    operation: Node = {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "summary": f"{'Read' if reads else 'Write'} {message.__name__}.",
        "messages": [{"$ref": f"#/channels/{channel}/messages/{message.__name__}"}],
    }
    if reads:
        group = {"type": "string", "pattern": "^" + GROUP.format(agency="[a-z-]+") + r"(\..+)?$"}
        operation["bindings"] = {"kafka": {"groupId": group, "bindingVersion": BINDING_VERSION}}
    return f"{action}.{channel}", operation


def _message(message: type[Message], samples: Path) -> Node:
    return {**message_of(message, samples), "headers": {"$ref": f"{COMPONENTS}Headers"}}


def _named(schemas: dict[str, Node]) -> dict[str, Node]:
    return {name: _titled(changed(schema, _plain), name) for name, schema in schemas.items()}


def _plain(schema: Node) -> Node:
    """Give a schema without what no record says: a null, or a reference in an envelope."""
    if len(schema.get("allOf", ())) == 1:
        return dict(schema["allOf"][0])
    forms = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    if len(forms) != 1:
        return schema
    kept = {word: value for word, value in schema.items() if word not in ("anyOf", "default")}
    return _plain({**kept, **forms[0]}) if "$ref" not in forms[0] else dict(forms[0])


def _titled(schema: Node, name: str) -> Node:
    """Name a schema, and what is inside it after its place, where it makes a type."""
    if any(word in schema for word in _MAKES_A_TYPE):
        schema = {"title": name, **schema}
    if "properties" in schema:
        inner = schema["properties"].items()
        fields = {field: _titled(one, name + _in_capitals(field)) for field, one in inner}
        schema = {**schema, "properties": fields}
    if "items" in schema:
        schema = {**schema, "items": _titled(schema["items"], f"{name}Item")}
    return schema


def _in_capitals(field: str) -> str:
    return "".join(word.capitalize() for word in field.split("_"))
