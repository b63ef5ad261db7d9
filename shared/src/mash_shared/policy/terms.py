"""The forms that every section of a pack is built from."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Final, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

Text = Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)]
Code = Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
Slug = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)*$")]


NOT_YET_READ: Final = "not yet read"
"""Marks a key that packs give already and no service goes by yet; the overview names them."""


class Section(BaseModel):
    """A part of a pack: it cannot be changed, and a key it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _once_each(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"name {value} once only")
    return values


OnceEach = AfterValidator(_once_each)
Codes = Annotated[tuple[Code, ...], OnceEach]
Slugs = Annotated[tuple[Slug, ...], OnceEach]


def keys_of(section: type[Section], within: str = "") -> Iterator[tuple[str, bool]]:
    """Give every key of a section and of those below it, dotted, and whether anything reads it."""
    for name, field in section.model_fields.items():
        key, read = f"{within}{name}", NOT_YET_READ not in field.metadata
        yield key, read
        below = list(_sections(field.annotation)) if read else []
        for one in below:
            yield from keys_of(one, f"{key}.")


def _sections(kind: object) -> Iterator[type[Section]]:
    if isinstance(kind, type) and issubclass(kind, Section):
        yield kind
    for part in get_args(kind):
        yield from _sections(part)


class Origin(StrEnum):
    """Where a value comes from."""

    PAGE = "page"
    STATED_DEFAULT = "stated default"
    ASSUMPTION = "assumption"
