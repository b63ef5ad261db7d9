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
from mash_shared.plumbing.topics import LARGEST_RECORD

CONTRACT_VERSION = "1.0.0"
BINDING_VERSION = "0.5.0"
TRACEPARENT = "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"

Node = dict[str, Any]


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
            channels[name] = _channel(message, address)
            operations |= _operations(message, name)
    document = {
        "asyncapi": "3.0.0",
        "info": _info(),
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {
            "messages": {message.__name__: _message(message, samples) for message in messages},
            "schemas": {"Headers": _headers(), **documented_schemas(messages)},
        },
    }
    head = "# Generated from the classes in mash_shared.messages by `make docs`; change those.\n"
    text = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return head + text


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


def _channel(message: type[Message], address: str) -> Node:
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


def _message(message: type[Message], samples: Path) -> Node:
    sample = sample_of(samples, message)
    type_pattern = "^" + message.topic.replace(".", "\\.") + "$"
    for part in message.parts():
        type_pattern = type_pattern.replace(f"{{{part}}}", "[a-z0-9.-]+")
    return {
        "name": message.__name__,
        "title": message.topic,
        "summary": meaning_of(message),
        "contentType": "application/json",
        "headers": {
            "allOf": [
                {"$ref": f"{COMPONENTS}Headers"},
                {"properties": {"ce_type": {"type": "string", "pattern": type_pattern}}},
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


def _headers() -> Node:
    text = {"type": "string", "minLength": 1}
    properties = {
        "ce_specversion": {"const": "1.0"},
        "ce_id": {"description": "Names the fact: the same on every repeat.", **text},
        "ce_type": {"description": "The topic without its lane.", **text},
        "ce_source": {"description": "The process or agency that says it.", **text},
        "ce_time": {"description": "When it happened.", "type": "string", "format": "date-time"},
        "ce_subject": {"description": "The contact's id, like the key.", **text},
        "content-type": {"const": "application/json"},
        "traceparent": {
            "description": "W3C trace context.",
            "type": "string",
            "pattern": TRACEPARENT,
        },
    }
    return {
        "description": "CloudEvents 1.0 in binary mode, each value as UTF-8.",
        "type": "object",
        "required": [name for name in properties if name != "traceparent"],
        "properties": properties,
    }
