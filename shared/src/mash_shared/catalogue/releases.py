"""Snapshots of released schemas: what readers and writers out there may still be built on.

One file for each version of each message, holding every release of it, oldest first. Nothing is
ever taken out of a file; a message that nobody uses any more is withdrawn by deleting its file.
"""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from mash_shared.catalogue import KEY, topics_of
from mash_shared.catalogue.samples import sample_of
from mash_shared.catalogue.schemas import reader_schema, writer_schema
from mash_shared.messages import Message


class Release(BaseModel):
    """A message as it was released; `topics` by lane, `sample` the body of a record."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    message: str
    topics: dict[str, str]
    key: str
    partitions: int
    writer: dict[str, Any]
    reader: dict[str, Any]
    sample: dict[str, Any]


def release_of(message: type[Message], samples: Path) -> Release:
    """Give a message as it would be released today."""
    return Release(
        message=message.__name__,
        topics=topics_of(message),
        key=KEY,
        partitions=message.partitions,
        writer=writer_schema(message),
        reader=reader_schema(message),
        sample=sample_of(samples, message).body,
    )


def released(folder: Path) -> dict[str, list[Release]]:
    """Read every release there was, by topic; none where nothing has been released yet."""
    return {
        file.name.removesuffix(".json"): [
            Release.model_validate(release) for release in json.loads(file.read_bytes())
        ]
        for file in sorted(folder.glob("*.json"))
    }


def add_release(folder: Path, topic: str, before: list[Release], today: Release) -> bool:
    """Add today's form of a message to its file, unless only its sample differs; say whether."""
    if before and before[-1].model_copy(update={"sample": today.sample}) == today:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    releases = [release.model_dump(mode="json") for release in (*before, today)]
    text = json.dumps(releases, indent=1, sort_keys=True, ensure_ascii=False)
    (folder / f"{topic}.json").write_text(f"{text}\n", encoding="utf-8")
    return True
