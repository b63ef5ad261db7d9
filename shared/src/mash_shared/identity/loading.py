"""Reading a file of providers: all that is wrong is said at once, and nothing wrong is let by."""

import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from mash_shared.identity.keys import FetchedKeys, FileKeys, Keys, get_keys
from mash_shared.identity.provider import SKEW, Places, Provider, SecondFactor
from mash_shared.plumbing.times import Now
from mash_shared.vocabulary import Machine, Role

_Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]
_Place = Annotated[
    tuple[_Text, ...],
    Field(min_length=1, max_length=5),
    BeforeValidator(lambda said: (said,) if isinstance(said, str) else said),
]


class ProvidersInvalidError(ValueError):
    """A file of providers cannot be used; `str(error)` has a line for each thing that is wrong."""

    def __init__(self, file: Path, problems: Iterable[str]) -> None:
        super().__init__("\n".join(f"{file}: {problem}" for problem in problems))


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class _Claims(_Strict):
    person: _Place = ("sub",)
    roles: _Place = ("roles",)
    council: _Place | None = None
    registration: _Place | None = None


class _SecondFactor(_Strict):
    acr: Annotated[frozenset[_Text], Field(min_length=1)] | None = None
    amr: Annotated[frozenset[_Text], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.acr is None) == (self.amr is None):
            raise ValueError("exactly one of acr and amr is to be given")
        return self

    def read(self) -> SecondFactor:
        """Give what tokens have to say."""
        if self.acr is not None:
            return SecondFactor(claim="acr", values=self.acr)
        return SecondFactor(claim="amr", values=self.amr or frozenset())


class _Entry(_Strict):
    """One `[[provider]]`; lives and skews are in seconds."""

    issuer: Annotated[str, StringConstraints(min_length=1, max_length=150, pattern=r"^[^#?\s]+$")]
    audience: _Text
    councils: Annotated[frozenset[_Text], Field(min_length=1)]
    algorithms: Annotated[
        frozenset[Literal["RS256", "ES256", "Ed25519", "EdDSA"]], Field(min_length=1)
    ]
    types: Annotated[frozenset[str], Field(min_length=1)]
    longest_life: Annotated[int, Field(gt=0, le=24 * 3600)]
    clock_skew: Annotated[int, Field(ge=0, le=300)] = int(SKEW.total_seconds())
    second_factor: _SecondFactor
    claims: _Claims = _Claims()
    roles: Annotated[dict[_Text, Role], Field(min_length=1)]
    machines: dict[_Text, Machine] = Field(default_factory=dict)
    keys_url: str | None = None
    keys_file: Path | None = None

    @field_validator("types")
    @classmethod
    def _as_compared(cls, types: frozenset[str]) -> frozenset[str]:
        return frozenset(one.lower().removeprefix("application/") for one in types)

    @field_validator("keys_url")
    @classmethod
    def _an_address(cls, url: str | None) -> str | None:
        parts = urlsplit(url or "")
        if url is not None and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError("must be an address of http or https")
        return url

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.keys_url is None) == (self.keys_file is None):
            raise ValueError("exactly one of keys_url and keys_file is to be given")
        if self.claims.council is None and len(self.councils) > 1:
            raise ValueError("claims.council must say where a token names one of several councils")
        return self


class _File(_Strict):
    provider: Annotated[tuple[_Entry, ...], Field(min_length=1)]


def load_providers(
    file: Path, now: Now, *, for_councils: Collection[str] | None = None
) -> tuple[Provider, ...]:
    """Read the providers of a TOML file; raises `ProvidersInvalidError`.

    With `for_councils`, as production wants it, each of these must have a provider, and keys are
    not fetched over plain http.
    """
    entries = _entries(file)
    problems = [*_doubled(entries)]
    if for_councils is not None:
        problems += _not_for_production(entries, for_councils)
    providers = []
    for entry in entries:
        try:
            providers.append(_provider(entry, _keys(entry, file.parent, now)))
        except (ValueError, OSError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            problems.append(f"{entry.issuer}: keys_file {entry.keys_file}: {why}")
    if problems:
        raise ProvidersInvalidError(file, problems)
    return tuple(providers)


def _entries(file: Path) -> tuple[_Entry, ...]:
    try:
        return _File.model_validate(tomllib.loads(file.read_text(encoding="utf-8"))).provider
    except OSError as error:
        raise ProvidersInvalidError(file, [f"cannot be read: {error.strerror}"]) from None
    except ValidationError as invalid:
        said = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in invalid.errors()]
        raise ProvidersInvalidError(file, said) from None
    except ValueError as broken:
        raise ProvidersInvalidError(file, [f"is no TOML: {broken}"]) from None


def _doubled(entries: Collection[_Entry]) -> Iterator[str]:
    for issuer, times in Counter(entry.issuer for entry in entries).items():
        if times > 1:
            yield f"{issuer}: is given {times} times"


def _not_for_production(entries: Collection[_Entry], councils: Collection[str]) -> Iterator[str]:
    spoken_for = {council for entry in entries for council in entry.councils}
    for council in sorted(set(councils) - spoken_for):
        yield f"no provider speaks for {council}, and production lets every council sign in"
    for entry in entries:
        if entry.keys_url is not None and urlsplit(entry.keys_url).scheme != "https":
            yield f"{entry.issuer}: keys_url must be of https, production refuses plain http"


def _keys(entry: _Entry, folder: Path, now: Now) -> Keys:
    if entry.keys_url is not None:
        return FetchedKeys(entry.keys_url, now, get_keys)
    assert entry.keys_file is not None  # noqa: S101 - the entry is whole
    return FileKeys(folder / entry.keys_file)


def _provider(entry: _Entry, keys: Keys) -> Provider:
    claims = entry.claims
    return Provider(
        issuer=entry.issuer,
        keys=keys,
        audience=entry.audience,
        algorithms=frozenset(entry.algorithms),
        types=entry.types,
        longest_life=timedelta(seconds=entry.longest_life),
        skew=timedelta(seconds=entry.clock_skew),
        places=Places(
            person=claims.person,
            roles=claims.roles,
            council=claims.council,
            registration=claims.registration,
        ),
        roles=entry.roles,
        councils=entry.councils,
        second_factor=entry.second_factor.read(),
        machines=entry.machines,
    )
