"""What staff and callers are told beside a contact: what is still wanted, and whom to ring."""

from intake.domain.contact import Contact
from intake.domain.protection import consent_rule
from mash_shared.policy import Pack
from mash_shared.policy.front_door import Path

INFORMED = "family_informed"
"""That the family was told of the contact, where consent could not be had (D6)."""


def still_wanted(contact: Contact, pack: Pack) -> tuple[str, ...]:
    """Name what a professional has still to confirm (C2, C3, D6, D16, D17)."""
    if contact.path is not Path.CHILD_CONCERN or not contact.is_from_professional:
        return ()
    said, consent = contact.facts.attestations, contact.consent
    wanted = tuple(code for code in pack.contact.attestations if code not in said)
    if contact.facts.threshold_level is None:
        wanted = (*wanted, "threshold_level")
    rule = consent_rule(contact, pack)
    informed = consent.said and (consent.said.informed or consent.said.do_not_inform)
    if rule.inform_at_least and not consent.is_given and not informed:
        return (*wanted, INFORMED)
    return wanted


def consent_advice(contact: Contact, pack: Pack) -> str | None:
    """Give whom a professional rings who is in doubt about consent (D20)."""
    telephone = pack.consent.in_doubt_telephone
    sure = contact.consent.position.lets_out or not contact.is_from_professional
    return None if telephone is None or sure else f"In doubt about consent, ring {telephone}."


def advice(contact: Contact, pack: Pack) -> str | None:
    """Give what the caller is told at once: the danger first, then whom to ring (A13, O8, O9)."""
    said = [pack.emergency.text] if contact.immediate_danger else []
    if contact.out_of_hours:
        out = pack.out_of_hours
        number = f", {out.telephone}" if out.telephone else ""
        said.append(f"The hub is closed: {out.name}{number}.")
    return " ".join(said) or None
