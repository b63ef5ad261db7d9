"""What comes with a joined contact beside its facts: checks, level, another household (A9)."""

from dataclasses import replace
from datetime import datetime

from intake.domain.carried import Carried
from intake.domain.contact import Contact
from intake.domain.facts import Facts
from intake.domain.merging import are_strangers
from intake.domain.progress import DemographicCheck
from intake.domain.said import Consent
from intake.domain.way import Position
from mash_shared.act import Act
from mash_shared.vocabulary import ConsentStatus, Urgency


def strangers(contact: Contact, said: Carried, facts: Facts) -> tuple[str, ...]:
    """Name the children, of `facts` that bring both together, of another household (N11)."""
    whole = [child.child_id for child in facts.children]
    if not are_strangers(contact.facts, said.facts, whole):
        return ()
    return tuple(child for child in whole if child not in contact.child_ids)


def checks_for(contact: Contact, same: dict[str, str]) -> dict[str, DemographicCheck]:
    """Give the checks that go along with children, by their ids there where they are known (B2)."""
    checks = {child: contact.ways[child].check for child in contact.at(Position.NEW)}
    return {same.get(child, child): check for child, check in checks.items() if check is not None}


def take_in_checks(contact: Contact, said: Carried) -> None:
    """Take in checks of who a child is, where that is what was checked there (B2)."""
    theirs = {one.known_by: said.checks.get(one.child_id) for one in said.facts.children}
    for child in contact.children:
        way = contact.ways[child.child_id]
        way.check = way.check or theirs.get(child.known_by)


def take_in_level(contact: Contact, said: Carried, level: Urgency, before: Urgency) -> None:
    """Count the level that holds from when it was found first, in whichever contact (O6)."""
    if said.graded_at is None or said.first_graded_at is None:
        return
    assert contact.graded_at is not None  # noqa: S101 - a recorded contact has both
    assert contact.first_graded_at is not None  # noqa: S101 - a recorded contact has both
    contact.first_graded_at = min(contact.first_graded_at, said.first_graded_at)
    if before == level:
        contact.graded_at = min(contact.graded_at, said.graded_at)
    elif contact.urgency == level:
        contact.graded_at = said.graded_at


def take_in_consent(contact: Contact, consent: Consent, act: Act, *, received_at: datetime) -> None:
    """Take in what the other part says of consent, unless it only says that nobody asked.

    A ground for not informing the family, and a young person's own word, stay where the other is
    silent of them (D8, D14). A yes that came before the no that holds is of the past (D15).
    """
    says = consent.status is not ConsentStatus.NOT_SOUGHT or consent.do_not_inform is not None
    said, since = contact.consent.said, contact.consent.since
    if said is not None and consent.do_not_inform is None:
        because = said.do_not_inform_because
        consent = replace(consent, do_not_inform=said.do_not_inform, do_not_inform_because=because)
    if said is not None and consent.young_person is None:
        consent = replace(consent, young_person=said.young_person)
    is_past = since is not None and received_at < since and contact.consent.is_refused
    if said is None or (says and consent != said and not (consent.is_given and is_past)):
        contact.consent.say(consent, by=act.person.id, at=act.at)
