"""Protection first: which contacts are about it, and whose rule of consent then holds (C8, E6)."""

from datetime import datetime

from intake.domain.ages import surely_reached
from intake.domain.facts import Facts, YesNo
from intake.domain.record import ContactRecord
from mash_shared.policy import Pack
from mash_shared.policy.consent import ConsentRule, WithoutConsent
from mash_shared.policy.front_door import Path
from mash_shared.vocabulary import ReferrerKind, Urgency


def weigh(contact: ContactRecord, pack: Pack, at: datetime) -> None:
    """Find whether it is about protection, and where it stands with consent (C8, D).

    How old a child is counts on the day of receipt.
    """
    contact.is_protection = is_about_protection(contact, pack)
    then, age = contact.received_at or at, pack.consent.child_from_age
    contact.consent.child_may_give = bool(contact.children) and all(
        not child.unborn and surely_reached(age, child.date_of_birth, then)
        for child in contact.children
    )
    contact.consent.weigh(consent_rule(contact, pack), set(contact.child_ids))
    contact.without_consent_to_service = lacks_consent_to_service(contact, pack)


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
    """Give the policy's rule for the contact's referrer and service (D); protection has its own."""
    kind = referrer_kind(contact)
    if is_about_protection(contact, pack):
        return pack.consent.rule(kind, pack.contact.protection_service)
    return pack.consent.rule(kind, pack.service_of(contact.request_type))


def referrer_kind(contact: ContactRecord) -> ReferrerKind:
    """Give who referred; a child said to do harm is referred by whoever said so (N10)."""
    referrer = contact.facts.referrer
    return referrer.kind if referrer else contact.referred_by


def lacks_consent_to_service(contact: ContactRecord, pack: Pack) -> bool:
    """Whether no service that rests on consent may be given (D4).

    So it is where somebody said no, and where a service of the policy always needs consent from
    this kind of referrer and the family did not agree to it: to share and to be served (T9).
    """
    if contact.consent.is_refused:
        return True
    services = pack.contact.services
    needed = any(always_needs_consent(contact, pack, one) for one in services)
    return needed and not contact.consent.is_given_to_a_service


def always_needs_consent(contact: ContactRecord, pack: Pack, service: str) -> bool:
    """Whether the policy gives this service to nobody without consent (D4)."""
    rule = pack.consent.rule(referrer_kind(contact), service)
    return rule.without is WithoutConsent.REFUSE


def weakens_consent(contact: ContactRecord, facts: Facts, pack: Pack) -> bool:
    """Whether a correction of who referred would have a weaker rule of consent hold (D1-D4)."""
    before = referrer_kind(contact)
    after = facts.referrer.kind if facts.referrer else contact.referred_by
    return any(
        _strictness(pack.consent.rule(after, service))
        < _strictness(pack.consent.rule(before, service))
        for service in ("", *pack.contact.services)
    )


def _strictness(rule: ConsentRule) -> int:
    return _FROM_WEAKEST.index(rule.without)


_FROM_WEAKEST = (
    WithoutConsent.PROCEED,
    WithoutConsent.EXPLAIN,
    WithoutConsent.OVERRIDE,
    WithoutConsent.MAY_RETURN,
    WithoutConsent.REFUSE,
)
