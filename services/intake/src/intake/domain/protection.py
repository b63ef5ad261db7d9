"""Protection first: which contacts are about it, and whose rule of consent then holds (C8, E6)."""

from datetime import datetime

from intake.domain.ages import surely_reached
from intake.domain.facts import Facts, YesNo
from intake.domain.ways import WithWays
from mash_shared.policy import Pack
from mash_shared.policy.consent import ConsentRule, WithoutConsent
from mash_shared.policy.front_door import Path
from mash_shared.vocabulary import Lane, ReferrerKind


def weigh(contact: WithWays, pack: Pack, at: datetime) -> None:
    """Find on which forms it came, whether it is about protection, how consent stands (A5, C8, D).

    How old a child is counts on the day of receipt. Consent is weighed for the children whom it is
    to let out, or has; of a known child no agency is asked.
    """
    contact.is_protection = is_about_protection(contact, pack)
    parts = map(pack.form_part, contact.asked_for)
    contact.form_parts = tuple(dict.fromkeys(part for part in parts if part is not None))
    then, age = contact.received_at or at, pack.consent.child_from_age
    contact.consent.old_enough = tuple(
        child.child_id
        for child in contact.children
        if not child.unborn and surely_reached(age, child.date_of_birth, then)
    )
    added = contact.to_let_out if contact.let_out else ()
    about = contact.let_out or contact.to_let_out or contact.child_ids
    contact.consent.weigh(consent_rule(contact, pack), about=about, added=added)
    contact.without_consent_to_service = lacks_consent_to_service(contact, pack)


def is_about_protection(contact: WithWays, pack: Pack) -> bool:
    """Whether this is about a child's protection, however it came and whatever was asked for.

    It is where harm or danger is said; but for a request that somebody makes to the hub, also where
    protection was asked for or the level is of the red lane. Weighed anew at every change, never
    typed.
    """
    if contact.facts.significant_harm is YesNo.YES or contact.immediate_danger:
        return True
    if contact.path is Path.REQUEST_TO_THE_HUB:
        return False
    services = map(pack.service_of, contact.asked_for)
    return pack.contact.protection_service in services or pack.lane_of(contact.urgency) is Lane.RED


def consent_rule(contact: WithWays, pack: Pack) -> ConsentRule:
    """Give the policy's rule for the contact's referrers and service (D); protection has its own.

    Where several contacts are one, the strictest of their referrers' rules holds (D4).
    """
    if is_about_protection(contact, pack):
        return _strictest(contact, pack, pack.contact.protection_service)
    return _strictest(contact, pack, pack.service_of(contact.request_type))


def referrer_kind(contact: WithWays) -> ReferrerKind:
    """Give who referred; a child said to do harm is referred by whoever said so (N10)."""
    referrer = contact.facts.referrer
    return referrer.kind if referrer else contact.referred_by


def _strictest(
    contact: WithWays, pack: Pack, service: str, own: ReferrerKind | None = None
) -> ConsentRule:
    """Give the strictest rule for who referred, here or in a part of this; ours where alike."""
    heard = (one.kind for one in contact.heard_from.values())
    kinds = dict.fromkeys((own or referrer_kind(contact), *heard))
    return max((pack.consent.rule(kind, service) for kind in kinds), key=_strictness)


def lacks_consent_to_service(contact: WithWays, pack: Pack) -> bool:
    """Whether no service that rests on consent may be given (D4).

    So it is where somebody said no, and where a service of the policy always needs consent from
    this kind of referrer and the family did not agree to it: to share and to be served (T9).
    """
    if contact.consent.is_refused:
        return True
    services = pack.contact.services
    needed = any(always_needs_consent(contact, pack, one) for one in services)
    return needed and not contact.consent.is_given_to_a_service


def always_needs_consent(contact: WithWays, pack: Pack, service: str) -> bool:
    """Whether the policy gives this service to nobody without consent (D4)."""
    return _strictest(contact, pack, service).without is WithoutConsent.REFUSE


def weakens_consent(contact: WithWays, facts: Facts, pack: Pack) -> bool:
    """Whether a correction of who referred would have a weaker rule of consent hold (D1, D4)."""
    after = facts.referrer.kind if facts.referrer else contact.referred_by
    return any(
        _strictness(_strictest(contact, pack, service, after))
        < _strictness(_strictest(contact, pack, service))
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
