"""Who does what in one council: the roles that its policy pack names."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from mash_local.demo.hub import Person
from mash_local.directory import Directory
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
    def of(cls, pack: Pack, directory: Directory) -> Self:
        """Choose them by the policy, from those whom the directory has."""
        person = _Casting(pack, directory).person
        deciding = pack.deciding
        recommender = person(deciding.recommender_roles[0])
        return cls(
            recorder=person(pack.contact.first_recorders[0]),
            completer=person(pack.contact.record_completed_by[0]),
            overrider=person(pack.consent.override_roles[0]),
            triager=person(pack.contact.triage_roles[0]),
            authoriser=person(pack.gate.roles[0]),
            coordinator=person(pack.gate.coordinator_roles[0]),
            recommender=recommender if deciding.recommendation_required else None,
            decider=person(deciding.decider_roles[0]),
            administrator=person(pack.notices.sender_roles[0]),
            operations=person(Role.OPERATIONS),
            agencies=pack.mandatory_agencies,
            outcomes={code: outcome.name for code, outcome in pack.outcomes.items()},
            not_told=_not_told(pack),
        )


@dataclass(slots=True)
class _Casting:
    """Gives each duty to the next of those who hold its role, so that two are two people."""

    pack: Pack
    directory: Directory
    given: Counter[Role] = field(default_factory=Counter)

    def person(self, role: Role) -> Person:
        council = self.pack.council.id
        member = self.directory.holder(council, role, self.given[role])
        self.given[role] += 1
        title = self.pack.roles.get(role, role.value)
        return Person(id=member.id, role=role.value, title=title, council=council)


def _not_told(pack: Pack) -> frozenset[str]:
    referrers: dict[ReferrerKind, TellWhat] = {
        kind: notice.told for kind, notice in pack.notices.referrers.items()
    }
    return frozenset(kind.value for kind, told in referrers.items() if told is TellWhat.NOTHING)
