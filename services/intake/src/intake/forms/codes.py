"""Codes that people send must be those of the council's policy (A, C, D, M)."""

from collections.abc import Collection

from intake.domain.said import Consent
from intake.forms.contact import AmendContact, RecordContact, RequestForm
from mash_shared.policy import Pack
from mash_shared.policy.front_door import Path
from mash_shared.vocabulary import (
    ConsentStatus,
    FieldRefusedError,
    NotInPolicyError,
)


def check_codes(pack: Pack, form: RecordContact) -> None:
    """Raise `NotInPolicyError` for a code that the council's policy does not have."""
    if form.request_type is not None and form.request_type not in pack.contact.request_types:
        raise NotInPolicyError("request_type", pack.contact.request_types)
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


def check_amended(pack: Pack, form: AmendContact) -> None:
    """Raise `NotInPolicyError` for a code of a correction that the policy does not have.

    A request that somebody makes to the hub has a form of its own: nothing becomes one, or ceases
    to be one, by a correction (M).
    """
    check_attestations(pack, form.attestations)
    types = pack.contact.request_types.items()
    fitting = [code for code, kind in types if kind.path is not Path.REQUEST_TO_THE_HUB]
    if form.request_type is not None and form.request_type not in fitting:
        raise NotInPolicyError("request_type", fitting)


def check_attestations(pack: Pack, attestations: Collection[str]) -> None:
    """Raise `NotInPolicyError` for an attestation the policy does not have (C2, C3)."""
    if not set(attestations) <= pack.contact.attestations.keys():
        raise NotInPolicyError("attestations", pack.contact.attestations)


def check_consent(pack: Pack, consent: Consent) -> None:
    """Raise `NotInPolicyError` for a ground or exception the policy does not have (D8-D11, D18).

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
    if form.kind not in pack.reverse_enquiries:
        raise NotInPolicyError("request.kind", pack.reverse_enquiries)
    policy = pack.reverse_enquiries[form.kind]
    if form.requester not in policy.requesters:
        raise NotInPolicyError("request.requester", policy.requesters)
    if form.subject not in policy.subjects:
        raise NotInPolicyError("request.subject", policy.subjects)
    if form.mode is not None and form.mode not in policy.modes:
        raise NotInPolicyError("request.mode", policy.modes)
