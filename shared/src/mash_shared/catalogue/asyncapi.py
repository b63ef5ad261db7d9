"""`docs/asyncapi.yaml`: the catalogue for machines, as an AsyncAPI 3.0 document.

It describes the whole hub: every channel with who sends to it and who receives from it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from mash_shared.catalogue import KEY, meaning_of, topics_of
from mash_shared.catalogue.samples import EXAMPLES, sample_of
from mash_shared.catalogue.schemas import COMPONENTS, documented_schemas
from mash_shared.messages import Message
from mash_shared.plumbing.envelope import HEADERS, OWN
from mash_shared.plumbing.topics import LARGEST_RECORD

CONTRACT_VERSION = "1.0.0"
BINDING_VERSION = "0.5.0"

Node = dict[str, Any]


HEAD = "# Generated from the classes in mash_shared.messages by `make docs`; change those.\n"


class _Dumper(yaml.SafeDumper):
    """Writes everything out: an alias saves lines and costs the reader a search."""

    def ignore_aliases(self, data: object) -> bool:
        """Say that nothing is ever an alias."""
        del data
        return True


def asyncapi(messages: Sequence[type[Message]], samples: Path) -> str:
    """Give the whole document as YAML."""
    channels: Node = {}
    operations: Node = {}
    for message in messages:
        for lane, address in topics_of(message).items():
            name = f"{message.__name__}.{lane}" if message.laned else message.__name__
            channels[name] = channel_of(message, address)
            operations |= _operations(message, name)
    document = {
        "asyncapi": "3.0.0",
        "info": _info(),
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {
            "messages": {message.__name__: message_of(message, samples) for message in messages},
            "schemas": {"Headers": headers_schema(), **documented_schemas(messages)},
        },
    }
    return written(document)


def written(document: Node) -> str:
    """Give a document as YAML, with a line on top that says where it comes from."""
    text = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return HEAD + text


def _info() -> Node:
    return {
        "title": "Multi-Agency Safeguarding Hub",
        "version": CONTRACT_VERSION,
        "description": (
            "Everything the services of the hub and the agencies' own programs say to each other. "
            "Readers ignore fields they do not know; a repeat has the same ce_id and the same "
            "bytes. docs/messages.md says the same to people."
        ),
    }


def channel_of(message: type[Message], address: str) -> Node:
    """Give a topic of a message, with its settings."""
    channel: Node = {
        "address": address,
        "messages": {message.__name__: {"$ref": f"#/components/messages/{message.__name__}"}},
        "bindings": {
            "kafka": {
                "topic": address,
                "partitions": message.partitions,
                "topicConfiguration": {
                    "cleanup.policy": ["delete"],
                    "retention.ms": int(message.retention.total_seconds() * 1000),
                    "max.message.bytes": LARGEST_RECORD,
                },
                "bindingVersion": BINDING_VERSION,
            }
        },
    }
    if message.parts():
        channel["parameters"] = {part: _parameter(part) for part in message.parts()}
    return channel


def _parameter(part: str) -> Node:
    return {
        "description": f"Value of the field `{part}` of the message.",
        "examples": [EXAMPLES[part]],
        "location": f"$message.payload#/{part}",
    }


def _operations(message: type[Message], channel: str) -> Node:
    acts = [(message.owner, "send", "said by")]
    acts += [(consumer, "receive", "heard by") for consumer in message.consumers]
    return {
        f"{who.replace(' ', '-')}.{action}.{channel}": {
            "action": action,
            "channel": {"$ref": f"#/channels/{channel}"},
            "summary": f"{message.__name__}, {how} {who}.",
            "tags": [{"name": who}],
            "messages": [{"$ref": f"#/channels/{channel}/messages/{message.__name__}"}],
        }
        for who, action, how in acts
    }


def _type_pattern(message: type[Message]) -> str:
    pattern = "^" + message.topic.replace(".", "\\.") + "$"
    for part in message.parts():
        pattern = pattern.replace(f"{{{part}}}", "[a-z0-9.-]+")
    return pattern


def message_of(message: type[Message], samples: Path) -> Node:
    """Give a message, with its headers, key and sample."""
    sample = sample_of(samples, message)
    return {
        "name": message.__name__,
        "title": message.topic,
        "summary": meaning_of(message),
        "contentType": "application/json",
        "headers": {
            "allOf": [
                {"$ref": f"{COMPONENTS}Headers"},
                {"properties": {"ce_type": {"type": "string", "pattern": _type_pattern(message)}}},
            ]
        },
        "payload": {"$ref": f"{COMPONENTS}{message.__name__}"},
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": f"The body's `{KEY}`."},
                "bindingVersion": BINDING_VERSION,
            }
        },
        "examples": [{"name": "sample", "headers": sample.headers, "payload": sample.body}],
        "x-personal-data": message.personal_data.value,
        "x-owner": message.owner,
        "x-consumers": list(message.consumers),
    }


def headers_schema() -> Node:
    """Give the schema of a record's headers, which is the list by which records are read."""
    return {
        "title": "Headers",
        "description": "CloudEvents 1.0 in binary mode, each value as UTF-8.",
        "type": "object",
        "required": list(OWN),
        "properties": {one.name: {"description": one.meaning, **one.form} for one in HEADERS},
    }
