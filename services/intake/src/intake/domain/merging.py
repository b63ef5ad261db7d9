"""Two contacts that are one: what each says, brought together so that nothing is lost (A9, A10)."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from intake.domain.facts import Facts, KnownChild, YesNo
from intake.domain.households import are_other_people
from intake.domain.likeness import plain
from intake.domain.ways import WithWays
from mash_shared.people import LONGEST_PROSE
from mash_shared.policy.front_door import Path

T = TypeVar("T")
MOST_ASKED = 10
_NOTHING = (None, (), "", False, YesNo.UNKNOWN)
_OWN = {"child_id", "family", "concern", "referrer", "children", "knowledge", "significant_harm"}
"""What is not filled in from the other: who spoke and what is kept apart, or has its own rule."""


def merged(facts: Facts, other: Facts, free_ids: Iterator[str]) -> Facts:
    """Give the facts with everything that the other's say and these do not.

    Where both say something, what stood first stays; but harm that is said is said. Children who
    are new get the next of the ids that are free. The only child of one contact is named in its
    circumstances where it is not alone any more.
    """
    harm = YesNo.YES in (facts.significant_harm, other.significant_harm)
    children, ids = _children(facts.children, other.children, free_ids)
    if are_strangers(facts, other, {child.child_id for child in children}):
        children = _at_home(children, facts, other)
    renamed = replace(other, circumstances=other.circumstances.about(ids))
    filled = _filled(facts, renamed)
    if len(children) > 1:
        here = tuple(one.child_id for one in facts.children)
        ours, theirs = facts.circumstances, renamed.circumstances
        named = _filled(ours.of_only(here), theirs.of_only(tuple(ids.values())))
        filled = replace(filled, circumstances=named)
    return replace(
        filled,
        concern=both(facts.concern, other.concern),
        children=children,
        knowledge=other.knowledge | facts.knowledge,
        significant_harm=YesNo.YES if harm else _either(facts, other),
    )


def asked_beside(contact: WithWays, asked: Iterable[str]) -> tuple[str, ...]:
    """Give what is asked for beside the first, as protection in the other part is (A5)."""
    if contact.path is Path.REQUEST_TO_THE_HUB:
        return ()
    beside = dict.fromkeys((*contact.also_asked, *asked))
    return tuple(code for code in beside if code != contact.request_type)[:MOST_ASKED]


def are_strangers(facts: Facts, other: Facts, whole: Collection[str]) -> bool:
    """Whether the other's children are of another household: none is of these, nor who is theirs.

    `whole` names the children of both, brought together (N11).
    """
    new = len(whole) - len(facts.children)
    theirs = [child for child in other.children if not _is_blank(child)]
    return len(theirs) == new > 0 and are_other_people(facts, other)


def _at_home(
    children: tuple[KnownChild, ...], facts: Facts, other: Facts
) -> tuple[KnownChild, ...]:
    """Give the children, those of the other household with its address and parents."""
    ours = {child.child_id for child in facts.children}
    parents = tuple(one.full_name for one in other.parental_responsibility if one.full_name)
    return tuple(
        one
        if one.child_id in ours
        else replace(
            one,
            address=one.address or other.address,
            parental_responsibility=one.parental_responsibility or parents,
        )
        for one in children
    )


def both(concern: str, more: str) -> str:
    """Give a worry with what is said of it elsewhere; what does not fit is left where it stands."""
    whole = f"{concern}\n\n{more}"
    return concern if more in concern or len(whole) > LONGEST_PROSE else whole


def _either(facts: Facts, other: Facts) -> YesNo:
    known = facts.significant_harm is not YesNo.UNKNOWN
    return facts.significant_harm if known else other.significant_harm


def _children(
    ours: tuple[KnownChild, ...], theirs: tuple[KnownChild, ...], free_ids: Iterator[str]
) -> tuple[tuple[KnownChild, ...], dict[str, str]]:
    """Give every child once, and our ids by the other's.

    A child of both is filled in, one of the other's alone is added; who comes under an id of ours
    is that child, however they are called there. A label of a family means nothing elsewhere: where
    each names one family, it is the same.
    """
    children, ids = list(ours), dict[str, str]()
    families = {child.family for child in ours}
    one_family = len(families) == 1 and len({child.family for child in theirs}) == 1
    named = {child.child_id for child in theirs}
    for child in theirs:
        left = (one for one in children if one.child_id not in ids.values())
        free = (one for one in left if _is(one, child, named))
        same = min(free, key=lambda one: plain(one.full_name) == "", default=None)
        if same is not None:
            ids[child.child_id] = same.child_id
            children[children.index(same)] = _filled(same, child)
        elif not _is_blank(child):
            family = min(families, key=str) if one_family else child.family
            added = replace(child, child_id=next(free_ids), family=family)
            ids[child.child_id] = added.child_id
            children.append(added)
    return tuple(children), ids


def _is(ours: KnownChild, theirs: KnownChild, named: Collection[str]) -> bool:
    """Whether they are one child: as somebody said, who `named` ours, or else by what is known."""
    if ours.child_id in named:
        return ours.child_id == theirs.child_id
    return _same(ours, theirs)


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
