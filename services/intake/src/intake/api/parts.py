"""How a contact is shown."""

from dataclasses import fields
from datetime import datetime
from itertools import chain
from typing import Any

from pydantic import BaseModel

from intake.api.beside import advice, consent_advice, still_wanted
from intake.api.ways import WayShown, ways_shown
from intake.domain.circumstances import Circumstances
from intake.domain.consent import ConsentPosition, Override, Withdrawal
from intake.domain.contact import Contact
from intake.domain.doubts import doubts
from intake.domain.ending import Ending, SignOff
from intake.domain.facts import (
    Adult,
    AllegedPerpetrator,
    FactGroup,
    Facts,
    HelpWanted,
    Knowledge,
    KnownChild,
    ReferrerFacts,
    YesNo,
)
from intake.domain.found import Flag
from intake.domain.glass import BrokenGlass
from intake.domain.kin import Apart
from intake.domain.match import Match, Prompt
from intake.domain.one_family import OneFamily
from intake.domain.progress import (
    Allocation,
    Completion,
    ContactState,
    DayAcceptance,
    FamilyTold,
    FollowUp,
    HubRequest,
    Pause,
)
from intake.domain.queue import Queue
from intake.domain.said import Consent
from intake.domain.task import Task
from mash_shared.act import Directory
from mash_shared.clocks import Clock
from mash_shared.doubts import Doubt
from mash_shared.people import AskedAbout
from mash_shared.policy import PolicyPacks
from mash_shared.policy.front_door import Path
from mash_shared.reminders import Reminder, sentences
from mash_shared.vocabulary import Channel, CouncilId, Urgency


class ContactShown(BaseModel):
    """A contact as the intake team sees it.

    What was said stands under the names it was sent with. `withheld` names what the person may not
    see (B10); `staff` gives the names of those whom it names by their ids, as far as the council's
    directory has them; `doubts` names what may not be what was meant, which is not relied on (B3);
    `form_parts` are the parts of the council's forms that it came on, each with its form (A5);
    `advice` is for the caller in immediate danger (A13) or out of hours (O9).
    """

    contact_id: str
    version: int
    reference: str
    council: CouncilId
    state: ContactState
    path: Path
    request_type: str | None
    also_asked: tuple[str, ...]
    form_parts: tuple[tuple[str, str], ...]
    urgency: Urgency
    channel: Channel
    group_id: str | None
    split_from: str | None
    alleged_in: str | None
    alleged_contacts: list[str] | None
    arises_from: str | None
    concerns: list[str]
    raised_for: dict[str, tuple[str, ...]]
    received_at: datetime | None
    recorded_at: datetime | None
    recorded_by: str
    policy_version: str
    concern: str | None
    children: tuple[KnownChild, ...]
    household: tuple[Adult, ...]
    parental_responsibility: tuple[Adult, ...]
    address: str | None
    alleged_perpetrators: tuple[AllegedPerpetrator, ...] | None
    referrer: ReferrerFacts | None
    parents_aware: YesNo
    parents_agree: YesNo
    significant_harm: YesNo
    knowledge: dict[FactGroup, Knowledge]
    attestations: tuple[str, ...]
    threshold_level: str | None
    help_wanted: HelpWanted | None
    circumstances: Circumstances
    asked_about: AskedAbout | None
    prompts: tuple[str, ...]
    reminders: dict[str, tuple[Reminder, ...]]
    responsible_authority: str | None
    consent: Consent | None
    consent_position: ConsentPosition
    consent_advice: str | None
    overrides: list[Override]
    withdrawals: list[Withdrawal]
    still_wanted: tuple[str, ...]
    matches: list[Match]
    flags: tuple[Flag, ...] | None
    assessment_prompt: Prompt | None
    ways: tuple[WayShown, ...]
    apart: tuple[Apart, ...]
    one_family: list[OneFamily]
    completion: Completion | None
    follow_up: FollowUp | None
    allocation: Allocation | None
    earlier_allocations: list[Allocation]
    pauses: list[Pause]
    request: HubRequest | None
    tasks: list[Task]
    attachments: list[dict[str, str]]
    told: list[FamilyTold]
    broken_glass: list[BrokenGlass]
    is_protection: bool
    proposed_ending: Ending | None
    sign_offs: list[SignOff]
    ending: Ending | None
    enquiry_id: str | None
    coordinating_social_worker: str | None
    stopped_at: datetime | None
    told_at: datetime | None
    not_told_because: str | None
    clocks: list[Clock]
    waiting: dict[Queue, datetime]
    out_of_hours: bool
    accepted_by_day: list[DayAcceptance]
    advice: str | None
    staff: dict[str, str]
    doubts: tuple[Doubt, ...]
    withheld: tuple[str, ...]


_FROM_FACTS = {field.name for field in fields(Facts)} - {"knowledge"}


def shown(
    contact: Contact, version: int, packs: PolicyPacks, staff: Directory, *, whole: bool
) -> ContactShown:
    """Show a contact, or, where not `whole`, what everybody at the front door may see of it."""
    facts, pack = contact.facts, packs.of(contact.council)
    reminders = {child.child_id: facts.reminders(child) for child in facts.children}
    special: dict[str, Any] = {
        "contact_id": contact.id,
        "version": version,
        "knowledge": facts.known(),
        "prompts": sentences((*facts.circumstances.reminders(), *chain(*reminders.values()))),
        "reminders": reminders,
        "responsible_authority": facts.circumstances.responsible_authority(
            placed=contact.placed_at is not None
        ),
        "consent": contact.consent.said,
        "consent_position": contact.consent.position,
        "consent_advice": consent_advice(contact, pack),
        "overrides": contact.consent.overrides,
        "withdrawals": contact.consent.withdrawals,
        "still_wanted": still_wanted(contact, pack),
        "matches": contact.matching.matches,
        "ways": ways_shown(contact),
        "alleged_contacts": list(contact.alleged_contacts.values()),
        "flags": contact.matching.flags,
        "assessment_prompt": contact.matching.prompt,
        **_enquiry(contact),
        "staff": {one.id: one.display_name for one in staff.values() if one.display_name},
        "advice": advice(contact, pack),
    }
    hidden = () if whole else _withheld(contact)
    special |= dict.fromkeys(hidden) | {"withheld": hidden}
    in_doubt = (one for one in doubts(contact) if one.field.split(".")[0] not in hidden)
    special["doubts"] = tuple(in_doubt)
    said = {name: getattr(facts, name) for name in _FROM_FACTS}
    rest = ContactShown.model_fields.keys() - special.keys() - said.keys()
    own = {name: getattr(contact, name) for name in rest}
    return ContactShown(**{**own, **said, **special})


def _withheld(contact: Contact) -> tuple[str, ...]:
    """Name what only those who sort contacts, and social workers, may see (B10)."""
    of_others = ("alleged_perpetrators", "alleged_contacts", "flags")
    named = contact.alleged_in is not None
    return (*of_others, "alleged_in", "concern") if named else of_others


def _enquiry(contact: Contact) -> dict[str, str | None]:
    one = contact.authorisation
    return {
        "enquiry_id": one.enquiry_id if one else None,
        "coordinating_social_worker": one.coordinating_social_worker if one else None,
    }
