"""Two contacts that are one: what each says, brought together so that nothing is lost (A9, A10)."""

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from intake.domain.facts import Facts, KnownChild, YesNo
from intake.domain.likeness import plain

T = TypeVar("T")
_NOTHING = (None, (), "", False, YesNo.UNKNOWN)
_OWN = {"child_id", "concern", "referrer", "children", "knowledge", "significant_harm"}
"""What is not filled in from the other: who spoke and what is kept apart, or has its own rule."""


def merged(facts: Facts, other: Facts, contact_id: str) -> Facts:
    """Give the facts with everything that the other's say and these do not.

    Where both say something, what stood first stays; but harm that is said is said.
    """
    harm = YesNo.YES in (facts.significant_harm, other.significant_harm)
    children, ids = _children(facts.children, other.children, contact_id)
    renamed = replace(other, circumstances=other.circumstances.about(ids))
    return replace(
        _filled(facts, renamed),
        children=children,
        knowledge=other.knowledge | facts.knowledge,
        significant_harm=YesNo.YES if harm else _either(facts, other),
    )


def _either(facts: Facts, other: Facts) -> YesNo:
    known = facts.significant_harm is not YesNo.UNKNOWN
    return facts.significant_harm if known else other.significant_harm


def _children(
    ours: tuple[KnownChild, ...], theirs: tuple[KnownChild, ...], contact_id: str
) -> tuple[tuple[KnownChild, ...], dict[str, str]]:
    """Give every child once, and our ids by the other's.

    A child of both is filled in, one of the other's alone is added.
    """
    children, ids = list(ours), dict[str, str]()
    for child in theirs:
        free = (one for one in children if one.child_id not in ids.values() and _same(one, child))
        same = min(free, key=lambda one: plain(one.full_name) == "", default=None)
        if same is not None:
            ids[child.child_id] = same.child_id
            children[children.index(same)] = _filled(same, child)
        elif not _is_blank(child):
            added = replace(child, child_id=f"{contact_id}-{len(children) + 1}")
            ids[child.child_id] = added.child_id
            children.append(added)
    return tuple(children), ids


def _same(ours: KnownChild, theirs: KnownChild) -> bool:
    """Whether two contacts that are one speak of one child: nothing known of them differs."""
    if _is_blank(ours):
        return True
    if ours.nhs_number and theirs.nhs_number:
        return ours.nhs_number == theirs.nhs_number
    named = plain(ours.full_name) == plain(theirs.full_name) != ""
    born = (ours.date_of_birth, theirs.date_of_birth)
    return named and (None in born or born[0] == born[1])


def _is_blank(child: KnownChild) -> bool:
    """Whether nothing is known by which a child can be told from another."""
    return not (plain(child.full_name) or child.nhs_number or child.date_of_birth)


def _filled(was: T, other: T) -> T:
    """Give a record with what it lacks put in from another; lists hold what either has."""
    names = [one.name for one in fields(was) if one.name not in _OWN]  # type: ignore[arg-type]
    filled = {name: _put(getattr(was, name), getattr(other, name)) for name in names}
    return replace(was, **filled)  # type: ignore[type-var] # a dataclass


def _put(was: Any, other: Any) -> Any:
    if isinstance(was, tuple):
        return tuple(dict.fromkeys((*was, *other)))
    if is_dataclass(was) and is_dataclass(other):
        return _filled(was, other)
    return other if was in _NOTHING else was
