"""Who does what in one council: the roles that its policy pack names."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Self

from mash_local.demo.hub import Person
from mash_shared.policy import Pack
from mash_shared.policy.telling import TellWhat
from mash_shared.vocabulary import ReferrerKind, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """The people of one council, each with the first role that its policy gives the duty to."""

    recorder: Person
    completer: Person
    overrider: Person
    triager: Person
    authoriser: Person
    coordinator: Person
    recommender: Person | None
    """None where the policy asks for no recommendation."""

    decider: Person
    administrator: Person
    operations: Person
    agencies: tuple[str, ...]
    """The agencies that every enquiry of this council asks."""

    outcomes: Mapping[str, str]
    """What the council calls each outcome, by its code."""

    not_told: frozenset[str]
    """Kinds of referrer to whom nothing is owed."""

    @classmethod
    def of(cls, pack: Pack) -> Self:
        """Choose them by the policy."""
        person = partial(_person, pack)
        deciding = pack.deciding
        recommender = person("recommender", deciding.recommender_roles[0])
        return cls(
            recorder=person("recorder", pack.contact.first_recorders[0]),
            completer=person("completer", pack.contact.record_completed_by[0]),
            overrider=person("overrider", pack.consent.override_roles[0]),
            triager=person("triager", pack.contact.triage_roles[0]),
            authoriser=person("authoriser", pack.gate.roles[0]),
            coordinator=person("coordinator", pack.gate.coordinator_roles[0]),
            recommender=recommender if deciding.recommendation_required else None,
            decider=person("decider", deciding.decider_roles[0]),
            administrator=person("administrator", pack.notices.sender_roles[0]),
            operations=person("operations", Role.OPERATIONS),
            agencies=pack.mandatory_agencies,
            outcomes={code: outcome.name for code, outcome in pack.outcomes.items()},
            not_told=_not_told(pack),
        )


def _person(pack: Pack, duty: str, role: Role) -> Person:
    council = pack.council.id
    title = pack.roles.get(role, role.value)
    return Person(id=f"{council}.{duty}", role=role.value, title=title, council=council)


def _not_told(pack: Pack) -> frozenset[str]:
    referrers: dict[ReferrerKind, TellWhat] = {
        kind: notice.told for kind, notice in pack.notices.referrers.items()
    }
    return frozenset(kind.value for kind, told in referrers.items() if told is TellWhat.NOTHING)
