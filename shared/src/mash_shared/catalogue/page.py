"""`docs/messages.md`: the catalogue for people to read."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from mash_shared.catalogue import KEY, meaning_of, topics_of
from mash_shared.catalogue.samples import sample_of
from mash_shared.catalogue.schemas import Schema, documented_schemas
from mash_shared.catalogue.words import fields_of, parts_of
from mash_shared.messages import Message
from mash_shared.plumbing.outgoing import BODY_LIMIT
from mash_shared.plumbing.parking import dead_letter_topic, replay_topic
from mash_shared.plumbing.topics import SERVICES, all_topics

_HEAD = """\
# Messages

Generated from the classes in `mash_shared.messages` and from `shared/samples` by `make docs`;
change those, not this page. `asyncapi.yaml` beside it says the same to machines (AsyncAPI 3).

A message is a fact in the past tense. These rules hold for every one of them:

- **Envelope.** CloudEvents 1.0 in Kafka headers, binary mode: `ce_specversion`, `ce_id`, `ce_type`,
  `ce_source`, `ce_time`, `ce_subject`, `content-type`; beside it W3C `traceparent`. `ce_type` is
  the topic without its lane.
- **Twice is normal.** A repeat has the same `ce_id` and the same bytes. Who reads keeps the ids
  of what is done.
- **Key.** The contact id, so one contact is in order on one partition. Nothing is ordered across
  topics or lanes.
- **Lanes.** Red cases travel on a topic of their own (`….red.v1`), all others on the plain one.
- **Fields.** Readers ignore those they do not know, writers say none of these. A field without a
  value is left out.
- **Size.** A body has at most {limit} KiB; a larger one is parked.
- **Personal data.** `none`: ids, states and times only. `staff`: who works for the council.
  `referrer`: who raised the worry. `family`: the children and their household. `disclosure`: what
  an agency knows of them. Keys and headers never hold any.
"""

_PARKING = """\
## Parked records

Each process has two topics beside those of the messages, one partition each. They hold records as
they came, so their personal data is that of the topic a record came from.

| Topic | Holds | Kept |
|---|---|---|
| `dead-letter.<process>` | what it could not handle; `parked-…` headers say why | {parked} days |
| `replay.<process>` | what people gave back to it after a fix | {replays} days |
"""


def page(messages: Sequence[type[Message]], samples: Path) -> str:
    """Give the whole page."""
    schemas = documented_schemas(messages)
    blocks = [_HEAD.format(limit=BODY_LIMIT // 1024), "\n".join(_overview(messages))]
    blocks += ["\n".join(_section(message, schemas, samples)) for message in messages]
    blocks.append("## Parts\n\nWhat fields of several messages are made of.\n")
    blocks += ["\n".join(_part(name, schemas)) for name in parts_of(schemas)]
    kept = {topic.name: topic.retention.days for topic in all_topics(())}
    process = SERVICES[0]
    parked, replays = kept[dead_letter_topic(process)], kept[replay_topic(process)]
    blocks.append(_PARKING.format(parked=parked, replays=replays))
    return "\n".join(blocks)


def _overview(messages: Sequence[type[Message]]) -> Iterator[str]:
    yield "| Topic | Message | Said by | Heard by | Personal data | Kept |"
    yield "|---|---|---|---|---|---|"
    for message in messages:
        name = message.__name__
        row = (
            f"`{message.topic}`",
            f"[{name}](#{name.lower()})",
            message.owner,
            ", ".join(message.consumers),
            message.personal_data,
            f"{message.retention.days} days",
        )
        yield f"| {' | '.join(row)} |"
    yield ""


def _section(message: type[Message], schemas: dict[str, Schema], samples: Path) -> Iterator[str]:
    yield f"## {message.__name__}\n\n{meaning_of(message)}\n"
    yield "| | |\n|---|---|"
    for lane, topic in topics_of(message).items():
        yield f"| Topic{f', {lane} lane' if message.laned else ''} | `{topic}` |"
    yield f"| Said by | {message.owner} |"
    yield f"| Heard by | {', '.join(message.consumers)} |"
    yield f"| Key | `{KEY}` |"
    yield f"| Personal data | {message.personal_data} |"
    yield f"| Kept | {message.retention.days} days |"
    yield f"| Partitions | {message.partitions} |"
    yield ""
    yield from _table(schemas[message.__name__], schemas)
    sample = sample_of(samples, message)
    topic = message.model_validate(sample.body).topic_name
    headers = "\n".join(f"{name}: {value}" for name, value in sample.headers.items())
    body = json.dumps(sample.body, indent=2, ensure_ascii=False)
    yield f"A sample on `{topic}`, its headers and its body:\n"
    yield f"```text\n{headers}\n```\n\n```json\n{body}\n```\n"


def _part(name: str, schemas: dict[str, Schema]) -> Iterator[str]:
    yield f"### {name}\n\n{' '.join(schemas[name].get('description', '').split())}\n"
    yield from _table(schemas[name], schemas)


def _table(schema: Schema, schemas: dict[str, Schema]) -> Iterator[str]:
    yield "| Field | Type | Needed | Meaning |\n|---|---|---|---|"
    for field in fields_of(schema, schemas):
        needed = "yes" if field.needed else "no"
        yield f"| `{field.name}` | {field.type} | {needed} | {field.meaning} |"
    yield ""
