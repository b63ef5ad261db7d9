"""Where a kind of document may hold a text, and which of the texts that are left plain are none."""

from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Annotated, Any, NewType, get_args, get_origin, get_type_hints

from pydantic import AwareDatetime

from support.stored import KINDS

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


def texts(path: str, hint: Any) -> set[str]:
    """Give where under a field there may be a text."""
    if get_origin(hint) is Annotated:
        return texts(path, get_args(hint)[0])
    if isinstance(hint, NewType):
        return texts(path, hint.__supertype__)
    if is_dataclass(hint) and isinstance(hint, type):
        hints = get_type_hints(hint)
        return {one for of in fields(hint) for one in texts(f"{path}.{of.name}", hints[of.name])}
    if parts := get_args(hint):
        return {one for part in parts for one in texts(path, part)}
    kinds = (Enum, bool, int, datetime, timedelta, type(None))
    is_none = hint in {..., None, AwareDatetime} or (
        isinstance(hint, type) and issubclass(hint, kinds)
    )
    return set() if is_none else {path}
