"""The generated documents, and whether those in the repository are still current."""

from collections.abc import Sequence
from pathlib import Path

from mash_shared.catalogue.adapters import adapters_page
from mash_shared.catalogue.agency import agency_asyncapi
from mash_shared.catalogue.asyncapi import asyncapi
from mash_shared.catalogue.page import page
from mash_shared.messages import Message


def documents(messages: Sequence[type[Message]], samples: Path) -> dict[str, str]:
    """Give every generated document by the name of its file."""
    return {
        "messages.md": page(messages, samples),
        "asyncapi.yaml": asyncapi(messages, samples),
        "agency.asyncapi.yaml": agency_asyncapi(messages, samples),
        "agency-adapters.md": adapters_page(messages, samples),
    }


def stale(folder: Path, current: dict[str, str]) -> list[Path]:
    """Name the files that are missing or not what would be generated now."""
    return [
        folder / name
        for name, text in current.items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != text
    ]
