"""What is left plain in the database holds nobody's words: every kind of document is walked."""

from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Annotated, Any, NewType, get_args, get_origin, get_type_hints

import pytest
from pydantic import AwareDatetime

from mash_shared.clocks import Aggregate
from simulation.hub import PROCESSES, described
from support.stored import COLLECTIONS, KINDS

NAMES_AND_CODES = {
    "id": "made by the hub, or by the system that a case or a member of staff comes from",
    "contact_id": "made by the hub",
    "council": "of the packs",
    "clocks.of": "an agency, a team, a task's or a child's id",
    "clocks.lasts": "a length of time",
    "clocks.part": "which reminder of a promise",
    "clocks.policy_version": "of the packs",
    "clocks.calendar_version": "of the packs",
    "clocks.earlier.calendar_version": "of the packs",
    "call_back_of": "an agency",
    "workers": "ids of staff, as their council's directory has them",
    "figures.week": "a week",
    "figures.level": "of the packs",
    "figures.ends": "codes of how a contact ended",
    "claimed_by": "a process",
}
"""Texts that are left plain, with what they are; whatever else is a text, or may be, is sealed."""
KINDS_OF_DOCUMENT = sorted({kind for kinds in KINDS.values() for kind in kinds}, key=str)


def _texts(path: str, hint: Any) -> set[str]:
    """Give where under a field there may be a text."""
    if get_origin(hint) is Annotated:
        return _texts(path, get_args(hint)[0])
    if isinstance(hint, NewType):
        return _texts(path, hint.__supertype__)
    if is_dataclass(hint) and isinstance(hint, type):
        hints = get_type_hints(hint)
        return {one for of in fields(hint) for one in _texts(f"{path}.{of.name}", hints[of.name])}
    if parts := get_args(hint):
        return {one for part in parts for one in _texts(path, part)}
    kinds = (Enum, bool, int, datetime, timedelta, type(None))
    is_none = hint in {..., None, AwareDatetime} or (
        isinstance(hint, type) and issubclass(hint, kinds)
    )
    return set() if is_none else {path}


@pytest.mark.rule("S7")
@pytest.mark.parametrize("kind", KINDS_OF_DOCUMENT, ids=lambda kind: kind.__name__)
def test_a_text_that_is_left_plain_is_a_name_or_a_code(kind: type[Aggregate]) -> None:
    hints = get_type_hints(kind)
    texts = {text for field in kind.PLAIN for text in _texts(field, hints[field])}
    assert texts - NAMES_AND_CODES.keys() == set()


@pytest.mark.parametrize("kind", KINDS_OF_DOCUMENT, ids=lambda kind: kind.__name__)
def test_what_is_left_plain_is_there_with_a_reason(kind: type[Aggregate]) -> None:
    assert kind.PLAIN.keys() <= {field.name for field in fields(kind)}
    assert all(kind.PLAIN.values())
    assert not kind.LOOKED_UP or kind.LOOKED_UP in {field.name for field in fields(kind)}
    assert kind.LOOKED_UP not in kind.PLAIN


@pytest.mark.parametrize("process", PROCESSES)
def test_every_kind_that_a_process_keeps_is_walked(process: str) -> None:
    service = described(process)
    assert {service.aggregate, *service.beside.values()} == set(KINDS[process])
    assert service.collection == COLLECTIONS[process]


def test_words_would_be_found() -> None:
    assert _texts("facts", get_type_hints(KINDS["intake"][0])["facts"]) > {"facts.concern"}
