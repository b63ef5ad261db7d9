"""What the parts of the API share: how a contact is shown."""

from collections.abc import Awaitable, Callable
from dataclasses import fields
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from intake.domain.circumstances import Circumstances
from intake.domain.consent import Override, Position, Withdrawal
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
from intake.domain.match import Match, Prompt, Route
from intake.domain.progress import (
    Allocation,
    Completion,
    ContactState,
    DayAcceptance,
    DemographicCheck,
    FamilyTold,
    FollowUp,
    HubRequest,
    Oversight,
    Pause,
)
from intake.domain.protection import consent_rule
from intake.domain.queue import Queue
from intake.domain.said import Consent
from intake.domain.task import Task
from intake.roles import reads_of_others
from mash_shared.act import Person
from mash_shared.clocks import Clock
from mash_shared.doubts import Doubt
from mash_shared.http.api import Asked, Performed, own
from mash_shared.plumbing.documents import Store
from mash_shared.policy import Pack, PolicyPacks
from mash_shared.policy.front_door import Path
from mash_shared.vocabulary import Channel, CouncilId, OutcomeKind, Urgency

Looked = Callable[[str], Awaitable[tuple[Contact, int] | None]]
"""Has one contact looked up in the case index before its recorder is answered."""


LookedUp = Callable[[Performed[Contact], Asked], Awaitable[tuple[Contact, int]]]
"""Gives a contact, and its version, as it stands once the case index was asked where it had to."""


def looked_up(store: Store[Contact], look: Looked) -> LookedUp:
    """Have whoever changed a contact answered with what the index found of it since."""

    async def looked(done: Performed[Contact], ask: Asked) -> tuple[Contact, int]:
        contact = done.aggregate
        if not contact.look_wanted:
            return contact, done.version
        return await look(contact.id) or await own(store, contact.id, ask.person)

    return looked


class ContactShown(BaseModel):
    """A contact as the intake team sees it.

    What was said stands under the names it was sent with. `withheld` names what the person may not
    see (B10); `doubts` names what may not be what was meant, which is not relied on (B3); `advice`
    is for the caller in immediate danger (A13) or out of hours (O9).
    """

    contact_id: str
    version: int
    reference: str
    council: CouncilId
    state: ContactState
    path: Path
    request_type: str | None
    urgency: Urgency
    channel: Channel
    group_id: str | None
    alleged_in: str | None
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
    prompts: tuple[str, ...]
    responsible_authority: str | None
    consent: Consent | None
    consent_position: Position
    consent_advice: str | None
    overrides: list[Override]
    withdrawals: list[Withdrawal]
    still_wanted: tuple[str, ...]
    matches: list[Match]
    flags: tuple[Flag, ...] | None
    assessment_prompt: Prompt | None
    route: Route | None
    demographic_check: DemographicCheck | None
    completion: Completion | None
    follow_up: FollowUp | None
    allocation: Allocation | None
    earlier_allocations: list[Allocation]
    oversight: Oversight | None
    pauses: list[Pause]
    request: HubRequest | None
    tasks: list[Task]
    attachments: list[dict[str, str]]
    told: list[FamilyTold]
    is_protection: bool
    proposed_ending: Ending | None
    sign_offs: list[SignOff]
    ending: Ending | None
    enquiry_id: str | None
    stopped_at: datetime | None
    outcomes: dict[str, OutcomeKind]
    told_at: datetime | None
    not_told_because: str | None
    clocks: list[Clock]
    waiting: dict[Queue, datetime]
    out_of_hours: bool
    accepted_by_day: list[DayAcceptance]
    advice: str | None
    doubts: tuple[Doubt, ...]
    withheld: tuple[str, ...]


_FROM_FACTS = {field.name for field in fields(Facts)} - {"knowledge"}


def shown(contact: Contact, version: int, packs: PolicyPacks, person: Person) -> ContactShown:
    """Show a contact to one person."""
    facts, pack = contact.facts, packs.of(contact.council)
    special: dict[str, Any] = {
        "contact_id": contact.id,
        "version": version,
        "knowledge": facts.known(),
        "prompts": tuple(facts.circumstances.prompts()),
        "responsible_authority": facts.circumstances.responsible_authority(
            placed=contact.placed_at is not None
        ),
        "consent": contact.consent.said,
        "consent_position": contact.consent.position,
        "consent_advice": _consent_advice(contact, pack),
        "overrides": contact.consent.overrides,
        "withdrawals": contact.consent.withdrawals,
        "still_wanted": _still_wanted(contact, pack),
        "matches": contact.matching.matches,
        "flags": contact.matching.flags,
        "assessment_prompt": contact.matching.prompt,
        "enquiry_id": contact.authorisation.enquiry_id if contact.authorisation else None,
        "advice": _advice(contact, pack),
        "withheld": (),
    }
    in_doubt = doubts(facts, contact.recorded_at) if contact.recorded_at else ()
    if not reads_of_others(pack, person):
        hidden: dict[str, None] = {"alleged_perpetrators": None, "flags": None}
        if contact.alleged_in is not None:
            hidden |= {"alleged_in": None, "concern": None}
        special |= hidden | {"withheld": tuple(hidden)}
        in_doubt = tuple(one for one in in_doubt if one.field.split(".")[0] not in hidden)
    special["doubts"] = in_doubt
    said = {name: getattr(facts, name) for name in _FROM_FACTS}
    rest = ContactShown.model_fields.keys() - special.keys() - said.keys()
    own = {name: getattr(contact, name) for name in rest}
    return ContactShown(**{**own, **said, **special})


INFORMED = "family_informed"
"""That the family was told of the contact, where consent could not be had (D6)."""


def _still_wanted(contact: Contact, pack: Pack) -> tuple[str, ...]:
    """Name what a professional has still to confirm (C2, C3, D6, D16, D17)."""
    if contact.path is not Path.CHILD_CONCERN or not contact.is_from_professional:
        return ()
    said, consent = contact.facts.attestations, contact.consent
    wanted = tuple(code for code in pack.contact.attestations if code not in said)
    rule = consent_rule(contact, pack)
    informed = consent.said and (consent.said.informed or consent.said.do_not_inform)
    if rule.inform_at_least and not consent.is_given and not informed:
        return (*wanted, INFORMED)
    return wanted


def _consent_advice(contact: Contact, pack: Pack) -> str | None:
    """Give whom a professional rings who is in doubt about consent (D20)."""
    telephone = pack.consent.in_doubt_telephone
    sure = contact.consent.position.lets_out or not contact.is_from_professional
    return None if telephone is None or sure else f"In doubt about consent, ring {telephone}."


def _advice(contact: Contact, pack: Pack) -> str | None:
    """Give what the caller is told at once (A13, O8-O10)."""
    if contact.immediate_danger:
        return pack.emergency.text
    if contact.out_of_hours:
        out = pack.out_of_hours
        return f"The hub is closed: {out.name}{f', {out.telephone}' if out.telephone else ''}."
    return None
