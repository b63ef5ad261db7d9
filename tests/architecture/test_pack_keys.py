"""No key of a pack changes nothing in silence: a service goes by it, or it is marked (SH1)."""

import re
from functools import cache

import pytest

from mash_shared.policy.pack import Pack
from mash_shared.policy.terms import keys_of
from support.tree import ROOT, services

SAID_BY_THE_COUNCIL = {
    "council.sources",
    "council.sources.title",
    "council.sources.version",
    "council.sources.updated",
    "silent",
    "assumed",
    "roles",
}
"""What a pack says of itself: who wrote it, on which page it rests, what its roles are called."""
OF_THE_PACK = (
    "pack.py",
    "acts.py",
    "clocks.py",
    "consent.py",
    "hours.py",
    "calendar.py",
    "levels.py",
    "places.py",
)
"""Files of the policy whose methods services call."""
READ_BY_KIND = "clocks."
"""Limits of clocks are read by the kind of the clock that a service starts."""


MARKED = [key for key, read in keys_of(Pack) if not read]


@cache
def _code(*, services_only: bool = False) -> str:
    policy = ROOT / "shared" / "src" / "mash_shared" / "policy"
    files = [file for service in services() for file in (service / "src").rglob("*.py")]
    rights = ROOT / "shared" / "src" / "mash_shared" / "rights.py"
    of_the_pack = [] if services_only else [rights, *(policy / name for name in OF_THE_PACK)]
    return "\n".join(file.read_text() for file in (*files, *of_the_pack))


def _is_read(key: str) -> bool:
    name = key.rpartition(".")[2]
    if key.startswith(READ_BY_KIND) and re.search(rf"ClockKind[.]{name.upper()}\b", _code()):
        return True
    return bool(re.search(rf"[.]{name}\b", _code()))


@pytest.mark.parametrize("key", [key for key, read in keys_of(Pack) if read])
def test_a_key_is_read_by_a_service_or_marked(key: str) -> None:
    assert key in SAID_BY_THE_COUNCIL or _is_read(key)


@pytest.mark.parametrize("key", MARKED)
def test_a_key_that_is_marked_is_read_by_no_service(key: str) -> None:
    section, _, name = f"pack.{key}".rpartition(".")
    section = section.rpartition(".")[2]
    assert not re.search(rf"\b{section}[.]{name}\b", _code(services_only=True))


def test_what_is_marked_is_few_and_falling() -> None:
    assert len(MARKED) <= 20, "read a key that packs give already, before adding one that is not"
