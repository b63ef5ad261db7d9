"""Reading packs from a folder: every problem found is reported at once, and none is let through."""

import tomllib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from mash_shared.policy.contradictions import contradictions
from mash_shared.policy.errors import PackInvalidError, PackProblem, UnknownCouncilError
from mash_shared.policy.pack import Pack

DEFAULTS_FILE = "stated-defaults.toml"
_NOTHING = object()


@dataclass(frozen=True, slots=True)
class PolicyPacks:
    """The packs of all councils, by council id."""

    packs: Mapping[str, Pack]

    def of(self, council: str) -> Pack:
        """Give one council's pack; UnknownCouncilError if there is none."""
        try:
            return self.packs[council]
        except KeyError:
            raise UnknownCouncilError(council, sorted(self.packs)) from None

    def __iter__(self) -> Iterator[Pack]:
        return iter(self.packs.values())

    def __len__(self) -> int:
        return len(self.packs)


def load_packs(folder: Path) -> PolicyPacks:
    """Read every pack in the folder; PackInvalidError names file, key, value and fix."""
    problems: list[PackProblem] = []
    defaults = _read(folder / DEFAULTS_FILE, problems) if (folder / DEFAULTS_FILE).exists() else {}
    packs: dict[str, Pack] = {}
    for file in sorted(folder.glob("*.toml")):
        if file.name == DEFAULTS_FILE:
            continue
        found = _load(file, defaults, problems)
        if found is not None:
            packs[found.council.id] = found
    if not packs and not problems:
        problems.append(
            PackProblem(
                str(folder), "*.toml", "no file", "put one pack per council into this folder"
            )
        )
    if problems:
        raise PackInvalidError(problems)
    return PolicyPacks(packs)


def _load(file: Path, defaults: Mapping[str, Any], problems: list[PackProblem]) -> Pack | None:
    before = len(problems)
    data = _read(file, problems)
    if len(problems) > before:
        return None
    problems += _missing_assumptions(file, data)
    problems += _take_defaults(file, data, defaults)
    try:
        pack = Pack.model_validate(data)
    except ValidationError as invalid:
        problems += [_explained(file, error, defaults) for error in invalid.errors()]
        return None
    problems += [PackProblem(str(file), *found) for found in contradictions(pack, file.stem)]
    return pack


def _read(file: Path, problems: list[PackProblem]) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        problems.append(PackProblem(str(file), "the file", "not TOML", f"mend it: {broken}"))
        return {}


def _missing_assumptions(file: Path, data: Mapping[str, Any]) -> Iterator[PackProblem]:
    for key in _marks(data, "assumed"):
        if _at(data, key) is _NOTHING:
            fix = f"write the assumed value of {key} in this file, or name the key in `silent`"
            yield PackProblem(str(file), "assumed", repr(key), fix)


def _marks(data: Mapping[str, Any], name: str) -> list[str]:
    marks = data.get(name, [])
    return [str(mark) for mark in marks] if isinstance(marks, list) else []


def _take_defaults(
    file: Path, data: dict[str, Any], defaults: Mapping[str, Any]
) -> Iterator[PackProblem]:
    for key in _marks(data, "silent"):
        default, own = _at(defaults, key), _at(data, key)
        if default is _NOTHING:
            yield PackProblem(
                str(file),
                "silent",
                repr(key),
                f"there is no stated default in {DEFAULTS_FILE}: remove the mark, write the value",
            )
        elif own is not _NOTHING:
            fix = f"remove either this value or {key!r} from `silent`: a page cannot be both"
            yield PackProblem(str(file), key, _shown(own), fix)
        else:
            _put(data, key, deepcopy(default))


def _at(data: object, key: str) -> object:
    for part in key.split("."):
        if not isinstance(data, Mapping) or part not in data:
            return _NOTHING
        data = data[part]
    return data


def _put(data: dict[str, Any], key: str, value: object) -> None:
    *sections, last = key.split(".")
    for section in sections:
        inner = data.setdefault(section, {})
        if not isinstance(inner, dict):
            return
        data = inner
    data[last] = value


def _explained(file: Path, error: ErrorDetails, defaults: Mapping[str, Any]) -> PackProblem:
    parts = [str(part) for part in error["loc"] if part != "[key]"]
    key = ".".join(parts)
    if error["type"] == "missing":
        fix = "write what the council's page says"
        if _at(defaults, key) is not _NOTHING:
            fix += f", or where the page is silent add {key!r} to `silent`"
        return PackProblem(str(file), key, "nothing", fix)
    if error["type"] == "extra_forbidden":
        fix = "remove this key or correct its spelling"
    else:
        fix = error["msg"].removeprefix("Value error, ")
    return PackProblem(str(file), key, _shown(error["input"]), fix)


def _shown(value: object) -> str:
    return shorten(repr(value), 80, placeholder=" ...")
