"""The hub's own look-up over many records: the keys it keeps, the keys it asks for, its answer."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from intake.domain.case import CaseNews, CaseStatus, KnownCase, known_id
from intake.domain.contact import Contact
from intake.domain.facts import Facts, KnownChild
from intake.domain.found import Found
from intake.domain.likeness import Identity
from intake.domain.search import found_for, looked_for
from mash_shared.testing import NOW

COUNCIL = "havering"


def case_of(ref: str, child: Identity) -> KnownCase:
    """Make the open case of a child, as its news would."""
    case = KnownCase(id=known_id(COUNCIL, ref), council=COUNCIL, case_ref=ref)
    case.take(CaseNews(child=child, status=CaseStatus.OPEN), said_at=NOW, came_at=NOW)
    case.summarise()
    return case


def contact_of(id_: str, child: Identity) -> Contact:
    """Make a contact about one child."""
    said = KnownChild(
        child_id=f"{id_}-1",
        full_name=child.full_name,
        date_of_birth=child.date_of_birth,
        nhs_number=child.nhs_number,
        address=child.address,
    )
    facts = Facts(concern="Nobody was home.", children=(said,))
    contact = Contact(id=id_, council=COUNCIL, recorded_at=NOW, facts=facts)
    contact.received_at = NOW
    contact.begin_ways()
    contact.summarise()
    return contact


@dataclass(slots=True)
class Index:
    """Known cases by the keys under which the database would find them."""

    by_key: dict[str, list[KnownCase]] = field(default_factory=lambda: defaultdict(list))
    cases: dict[str, KnownCase] = field(default_factory=dict)

    def keep(self, people: Mapping[str, Identity]) -> None:
        """Have everybody known by a case."""
        for ref, child in people.items():
            self.cases[ref] = case = case_of(ref, child)
            for key in case.found_by:
                self.by_key[key].append(case)

    def candidates(self, contact: Contact) -> dict[str, KnownCase]:
        """Give the cases that share a key with a contact."""
        shared = (case for key in looked_for(contact) for case in self.by_key.get(key, ()))
        return {case.case_ref: case for case in shared}

    def look(self, people: Mapping[str, Identity]) -> Iterator[tuple[str, set[str], list[Found]]]:
        """Look everybody up; gives who was compared and what was found."""
        for id_, child in people.items():
            contact = contact_of(id_, child)
            near = self.candidates(contact)
            yield id_, set(near), list(found_for(contact, near.values(), ()))
