"""Whom a contact names, and what they and it are found by (B4, B6, B7, E, M3, M10)."""

from collections.abc import Iterator
from dataclasses import dataclass

from intake.domain.case import case_key
from intake.domain.facts import KnownChild
from intake.domain.finding import GROUP, keys
from intake.domain.found import PersonRole, RecordKind
from intake.domain.likeness import Identity
from intake.domain.ways import WithWays
from mash_shared.doubts import relied_on_birth


@dataclass(slots=True, kw_only=True)
class Findable(WithWays):
    """A contact that may be found by whom it names."""

    def want_look(self) -> None:
        """Have the case index asked; what a look found that goes on now is of the past."""
        self.look_wanted = any(True for _ in self.people())
        self.look_number += 1

    def identities(self) -> Iterator[tuple[KnownChild, Identity]]:
        """Give each child with what it can be found by."""
        for child in self.children:
            yield (
                child,
                Identity(
                    full_name=child.full_name,
                    date_of_birth=self._born(child.date_of_birth, unborn=child.unborn),
                    nhs_number=child.nhs_number,
                    address=child.address or self.facts.address,
                    unborn=child.unborn,
                ),
            )

    def adults(self) -> Iterator[tuple[PersonRole, Identity]]:
        """Give who is around the children, with what they can be found by (B6, B7, M3, M10)."""
        groups = {
            PersonRole.PARENTAL_RESPONSIBILITY: self.facts.parental_responsibility,
            PersonRole.HOUSEHOLD: self.facts.household,
        }
        for role, people in groups.items():
            home = self.facts.address if role is PersonRole.HOUSEHOLD else None
            for person in people:
                if person.full_name:
                    yield (
                        role,
                        Identity(
                            full_name=person.full_name,
                            date_of_birth=self._born(person.date_of_birth),
                            address=person.address or home,
                        ),
                    )
        yield from ((PersonRole.SUBJECT, subject) for subject in self.subjects())

    def subjects(self) -> Iterator[Identity]:
        """Give what a request's subject can be found by, under each of their names (M3, M10)."""
        about = self.facts.asked_about
        if about is None:
            return
        born = self._born(about.date_of_birth)
        for name in (about.full_name, *about.aliases):
            if name or about.prison_number:
                yield Identity(
                    full_name=name,
                    date_of_birth=born,
                    address=about.address,
                    prison_number=about.prison_number,
                )

    def people(self) -> Iterator[tuple[PersonRole, Identity]]:
        """Give everybody who may be looked for, with the role in which the contact names them."""
        yield from ((PersonRole.CHILD, identity) for _, identity in self.identities())
        yield from self.adults()

    def perpetrators(self) -> Iterator[Identity]:
        """Give what each alleged perpetrator can be found by."""
        for person in self.facts.alleged_perpetrators:
            if person.full_name:
                born = self._born(person.date_of_birth)
                yield Identity(full_name=person.full_name, date_of_birth=born)

    def of_concern(self) -> Iterator[Identity]:
        """Give who may be a danger: alleged perpetrators and subjects of requests (B10, M10)."""
        yield from self.perpetrators()
        yield from self.subjects()

    def _born(self, known: str | None, *, unborn: bool = False) -> str | None:
        """Give as much of a date of birth as can be meant: nobody is found by the rest."""
        at = self.recorded_at
        return relied_on_birth(known, at, unborn=unborn) if at else known

    def _keys(self) -> Iterator[str]:
        if self.reference:
            yield f"ref:{self.reference}"
        if self.group_id:
            yield f"{GROUP}{self.group_id}"
        for case in self.matching.holding(RecordKind.CASE):
            yield case_key(case.record_id)
        for _, identity in self.people():
            yield from keys(identity)
        for person in self.of_concern():
            yield from (f"perpetrator:{key}" for key in keys(person))
