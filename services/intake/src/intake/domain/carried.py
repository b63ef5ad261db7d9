"""What goes from one contact to another: of two that are one, or of children who go apart."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field, TypeAdapter

from intake.domain.alleged import of_another_family, told_of
from intake.domain.circumstances import Circumstances
from intake.domain.consent import ConsentRecord
from intake.domain.contact import Contact
from intake.domain.facts import Adult, Facts, ReferrerFacts
from intake.domain.match import Match
from intake.domain.progress import DemographicCheck
from intake.domain.refusals import TwoFamiliesError
from intake.domain.said import Consent
from intake.domain.task import Task, TaskKind
from mash_shared.messages import MOST_CHILDREN
from mash_shared.messages.contact import HeardFrom
from mash_shared.people import Prose, Short, ShortOrMissing
from mash_shared.vocabulary import ConsentStatus, FieldRefusedError

Places = Annotated[tuple[Annotated[int, Field(ge=0)], ...], Field(max_length=50)]
"""People by their place in a list of the contact, from 0 on."""

_OWN_WORDS = ("pressures", "cared_for", "accommodation")
"""What is said of one family in a circumstance that two have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyApart:
    """A family that gets a contact of its own: its label, its children, what is said of it.

    Adults who are named go along. Who is said to do harm goes along where named, and stays as well.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    family: Short
    child_ids: Annotated[tuple[Short, ...], Field(min_length=1, max_length=MOST_CHILDREN)]
    concern: Prose
    address: ShortOrMissing = None
    household: Places = ()
    parental_responsibility: Places = ()
    alleged_perpetrators: Places = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """Everything that a contact says, or says of some of its children, as it goes to another.

    `alleged` names the contacts of children among those who are said to do harm (N10).
    `checks` are of who they are, by child (B2); its level was found at `graded_at` (O6).
    """

    facts: Facts = field(default_factory=Facts)
    consent: Consent | None = None
    matches: tuple[Match, ...] = ()
    tasks: tuple[Task, ...] = ()
    alleged: dict[str, str] = field(default_factory=dict)
    heard_from: dict[str, HeardFrom] = field(default_factory=dict)
    checks: dict[str, DemographicCheck] = field(default_factory=dict)
    first_graded_at: datetime | None = None
    graded_at: datetime | None = None


CARRIED = TypeAdapter(Carried)


def of_same_family(contact: Contact, facts: Facts, ids: Mapping[str, str]) -> Carried:
    """Give what goes along with children, by their new ids, who leave their family's contact."""
    said, withdrawn = contact.consent.said, contact.consent.is_withdrawn
    refused = replace(said, status=ConsentStatus.REFUSED) if said and withdrawn else said
    return Carried(
        facts=_renamed(facts, ids),
        consent=refused,
        alleged=dict(contact.alleged_contacts),
        heard_from=contact.heard_from,
    )


def of_strangers(said: Carried, late: Facts, ids: Mapping[str, str]) -> Carried:
    """Give what goes along with children who came with the contact of another household (N11)."""
    own = replace(said.facts, children=late.children, circumstances=late.circumstances)
    return Carried(facts=_renamed(own, ids), consent=said.consent, alleged=said.alleged)


def of_other_family(contact: Contact, apart: FamilyApart, ids: Mapping[str, str]) -> Carried:
    """Give what goes along with a family that gets a contact of its own, and nothing else (N11)."""
    facts, theirs = contact.facts, _renamed(contact.facts, ids)
    children = tuple(replace(child, family=apart.family) for child in theirs.children)
    carried = Facts(
        concern=apart.concern,
        children=children,
        household=named(facts.household, "household", apart.household),
        parental_responsibility=named(
            facts.parental_responsibility, "parental_responsibility", apart.parental_responsibility
        ),
        address=apart.address,
        alleged_perpetrators=named(
            facts.alleged_perpetrators, "alleged_perpetrators", apart.alleged_perpetrators
        ),
        referrer=_without_family(facts.referrer),
        significant_harm=facts.significant_harm,
        attestations=facts.attestations,
        threshold_level=facts.threshold_level,
        circumstances=_circumstances(facts.circumstances, ids),
    )
    return Carried(
        facts=carried,
        consent=_for_another_family(contact.consent),
        matches=_renamed_matches(contact.matching.matches, ids),
        tasks=_tasks(contact, ids),
        alleged=told_of(contact, tuple(dict.fromkeys(apart.alleged_perpetrators))),
        heard_from=contact.heard_from,
        checks=checks_of(contact, ids),
        first_graded_at=contact.first_graded_at,
        graded_at=contact.graded_at,
    )


def checks_of(contact: Contact, ids: Mapping[str, str]) -> dict[str, DemographicCheck]:
    """Give the checks of who children are that stand, by their new ids (B2)."""
    there = ((ids[child], contact.ways[child].check) for child in ids)
    return {child: check for child, check in there if check is not None}


def named(people: tuple[Any, ...], field_: str, places: tuple[int, ...]) -> tuple[Any, ...]:
    """Give people by their place; raises `FieldRefusedError` for a place where nobody stands."""
    if any(place >= len(people) for place in places):
        raise FieldRefusedError(field_, f"{field_} names a place where nobody stands.")
    return tuple(people[place] for place in dict.fromkeys(places))


def left(people: tuple[Adult, ...], gone: set[int]) -> tuple[Adult, ...]:
    """Give who stays."""
    return tuple(person for place, person in enumerate(people) if place not in gone)


def must_say_whose(circumstances: Circumstances) -> None:
    """Raise for a circumstance of nobody named: it cannot be known with whom it goes (N11)."""
    for one in fields(circumstances):
        circumstance = getattr(circumstances, one.name)
        shared = one.name == "extra_familial_harm"
        if circumstance is not None and not circumstance.child_ids and not shared:
            raise TwoFamiliesError("Say first which child each circumstance is about.")


def _renamed(facts: Facts, ids: Mapping[str, str]) -> Facts:
    theirs = facts.about(ids)
    children = tuple(replace(child, child_id=ids[child.child_id]) for child in theirs.children)
    return replace(theirs, children=children, circumstances=theirs.circumstances.about(ids))


def _circumstances(was: Circumstances, ids: Mapping[str, str]) -> Circumstances:
    """Give the circumstances of some children; words on another family's child stay there."""
    theirs = was.about(ids)
    for one in fields(was):
        before, now = getattr(was, one.name), getattr(theirs, one.name)
        if now is not None and not set(before.child_ids) <= set(ids):
            words = {name: None for name in _OWN_WORDS if hasattr(now, name)}
            theirs = replace(theirs, **{one.name: replace(now, **words)})
    return theirs


def _without_family(referrer: ReferrerFacts | None) -> ReferrerFacts | None:
    if referrer is None:
        return None
    return replace(referrer, knowledge=None, relationship_to_child=None)


def _for_another_family(consent: ConsentRecord) -> Consent:
    ground = consent.said.do_not_inform if consent.said else None
    return Consent(status=of_another_family(consent), do_not_inform=ground)


def _renamed_matches(matches: list[Match], ids: Mapping[str, str]) -> tuple[Match, ...]:
    theirs = (match for match in matches if match.found.child_id in ids)
    return tuple(
        replace(match, found=replace(match.found, child_id=ids[match.found.child_id or ""]))
        for match in theirs
    )


def _tasks(contact: Contact, ids: Mapping[str, str]) -> tuple[Task, ...]:
    """Give what the law had somebody do for them and what is done."""
    law = (task for task in contact.tasks if task.kind is TaskKind.CIRCUMSTANCE)
    done = (task for task in law if not task.is_open and not task.is_called_off)
    return tuple(
        replace(task, child_id=ids[task.child_id])
        for task in done
        if task.child_id is not None and task.child_id in ids
    )
