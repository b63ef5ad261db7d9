"""Protection first: which contacts are about it, and whose rule of consent then holds (C8, E6)."""

from intake.domain.facts import YesNo
from intake.domain.record import ContactRecord
from mash_shared.policy import Pack
from mash_shared.policy.consent import ConsentRule
from mash_shared.policy.front_door import Path
from mash_shared.vocabulary import Urgency


def is_about_protection(contact: ContactRecord, pack: Pack) -> bool:
    """Whether this is about a child's protection, however it came and whatever was asked for.

    It is where harm or danger is said; but for a request that somebody makes to the hub, also where
    protection was asked for or the level is red. Weighed anew at every change, never typed.
    """
    if contact.facts.significant_harm is YesNo.YES or contact.immediate_danger:
        return True
    if contact.path is Path.REQUEST_TO_THE_HUB:
        return False
    asked = pack.service_of(contact.request_type) == pack.contact.protection_service
    return asked or contact.urgency is Urgency.RED


def consent_rule(contact: ContactRecord, pack: Pack) -> ConsentRule:
    """Give the policy's rule for the contact's referrer and service (D); protection has its own.

    A child who is said to do harm is referred by whoever said so (N10).
    """
    referrer = contact.facts.referrer
    kind = referrer.kind if referrer else contact.referred_by
    if is_about_protection(contact, pack):
        return pack.consent.rule(kind, pack.contact.protection_service)
    return pack.consent.rule(kind, pack.service_of(contact.request_type))
