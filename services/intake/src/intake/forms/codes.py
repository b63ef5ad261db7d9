"""Codes that people send must be those of the council's policy (A, C, D, M)."""

from collections.abc import Collection

from intake.domain.facts import OTHER_AGENCY
from intake.domain.progress import Standing
from intake.domain.said import Consent
from intake.forms.contact import AmendContact, RecordContact, RequestForm
from mash_shared.policy import Pack
from mash_shared.policy.front_door import Path
from mash_shared.vocabulary import (
    ConsentStatus,
    FieldRefusedError,
    NotInPolicyError,
)

ASKED_ABOUT = "asked_about belongs to a request made to the hub."


def check_codes(pack: Pack, form: RecordContact) -> None:
    """Raise `NotInPolicyError` for a code that the council's policy does not have."""
    check_level(pack, form)
    if form.request_type is not None and form.request_type not in pack.contact.request_types:
        raise NotInPolicyError("request_type", pack.contact.request_types)
    _check_also_asked(pack, form.also_asked, concern=_is_concern(pack, form.request_type))
    check_attestations(pack, form.attestations)
    check_consent(pack, form.consent)
    wanted = pack.path_of(form.request_type) is Path.REQUEST_TO_THE_HUB
    if form.request is None and wanted:
        raise FieldRefusedError("request", "request must say who asks, about whom, and for what.")
    if form.request is not None:
        types = pack.contact.request_types.items()
        if not wanted:
            fitting = [code for code, kind in types if kind.path is Path.REQUEST_TO_THE_HUB]
            raise NotInPolicyError("request_type", fitting)
        _check_request(pack, form.request)
    elif form.asked_about is not None:
        raise FieldRefusedError("asked_about", ASKED_ABOUT)


def check_amended(pack: Pack, form: AmendContact) -> None:
    """Raise `NotInPolicyError` for a code of a correction that the policy does not have.

    A request that somebody makes to the hub has a form of its own: nothing becomes one, or ceases
    to be one, by a correction (M).
    """
    if "urgency" in form.model_fields_set:
        check_level(pack, form)
    check_attestations(pack, form.attestations)
    check_agency(pack, getattr(form.referrer, "agency", None))
    types = pack.contact.request_types.items()
    fitting = [code for code, kind in types if kind.path is not Path.REQUEST_TO_THE_HUB]
    if form.request_type is not None and form.request_type not in fitting:
        raise NotInPolicyError("request_type", fitting)


def check_standing(pack: Pack, form: AmendContact, standing: Standing) -> None:
    """Raise for further parts of a form beside what is no concern about a child (A5)."""
    if form.model_fields_set & {"also_asked", "request_type"}:
        concern = _is_concern(pack, standing.request_type)
        _check_also_asked(pack, standing.also_asked, concern=concern)


def _is_concern(pack: Pack, request_type: str | None) -> bool:
    return pack.path_of(request_type) is Path.CHILD_CONCERN


def _check_also_asked(pack: Pack, asked: Collection[str], *, concern: bool) -> None:
    """Raise for what is also asked for and is no concern about a child, or beside none (A5)."""
    fitting = [code for code in pack.contact.request_types if _is_concern(pack, code)]
    if not set(asked) <= set(fitting if concern else ()):
        raise NotInPolicyError("also_asked", fitting if concern else ())


def check_agency(pack: Pack, agency: str | None) -> None:
    """Raise `NotInPolicyError` for a referrer's agency that is no code of the policy (A18)."""
    codes = (*pack.agencies, OTHER_AGENCY)
    if agency is not None and agency not in codes:
        raise NotInPolicyError("referrer.agency", codes)


def check_level(pack: Pack, form: RecordContact | AmendContact) -> None:
    """Raise `NotInPolicyError` for a level of risk the policy does not have (X11)."""
    if form.urgency not in pack.risk_levels:
        raise NotInPolicyError("urgency", pack.risk_levels)


def check_attestations(pack: Pack, attestations: Collection[str]) -> None:
    """Raise `NotInPolicyError` for an attestation the policy does not have (C2, C3)."""
    if not set(attestations) <= pack.contact.attestations.keys():
        raise NotInPolicyError("attestations", pack.contact.attestations)


def check_consent(pack: Pack, consent: Consent) -> None:
    """Raise `NotInPolicyError` for a ground or exception not of the policy (D9, D10, D11, D18).

    Nobody records an override as something that was said: it is a manager's act (D12).
    """
    ground, exception = consent.do_not_inform, consent.exception
    if ground is not None and ground not in pack.consent.do_not_inform_grounds:
        raise NotInPolicyError("consent.do_not_inform", pack.consent.do_not_inform_grounds)
    if exception is not None and exception not in pack.consent.referrer_exceptions:
        raise NotInPolicyError("consent.exception", pack.consent.referrer_exceptions)
    if consent.status is ConsentStatus.OVERRIDDEN:
        said = [status for status in ConsentStatus if status is not ConsentStatus.OVERRIDDEN]
        raise NotInPolicyError("consent.status", said)


def _check_request(pack: Pack, form: RequestForm) -> None:
    """Raise for who asks, about whom or in which way the policy does not know (M1, M2, M3, M4)."""
    if form.kind not in pack.reverse_enquiries:
        raise NotInPolicyError("request.kind", pack.reverse_enquiries)
    policy = pack.reverse_enquiries[form.kind]
    if form.requester not in policy.requesters:
        raise NotInPolicyError("request.requester", policy.requesters)
    if form.subject not in policy.subjects:
        raise NotInPolicyError("request.subject", policy.subjects)
    if form.mode not in (policy.modes or (None,)):
        raise NotInPolicyError("request.mode", policy.modes)
