"""The forms that every section of a pack is built from."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

Text = Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)]
Code = Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
Slug = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)*$")]


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
