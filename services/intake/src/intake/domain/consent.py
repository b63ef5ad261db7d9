"""Consent: what a manager decided, what was taken back, and whether the contact may go on (D)."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from intake.domain.facts import YesNo
from intake.domain.said import Consent, GivenBy
from mash_shared.people import LawfulBasis
from mash_shared.policy.consent import ConsentRule, Expectation, WithoutConsent
from mash_shared.vocabulary import ConsentStatus, Refusal


class ConsentPosition(StrEnum):
    """Where a contact stands with consent; only the first four let an enquiry out."""

    GIVEN = "given"
    NOT_EXPECTED = "not_expected"
    EXPLAINED = "explained"
    OVERRIDDEN = "overridden"
    MUST_EXPLAIN = "must_explain"
    MUST_OVERRIDE = "must_override"
    MAY_RETURN = "may_return_for_family_discussion"
    MUST_RETURN = "must_return_to_referrer"

    @property
    def lets_out(self) -> bool:
        """Whether agencies may be asked."""
        return self in (self.GIVEN, self.NOT_EXPECTED, self.EXPLAINED, self.OVERRIDDEN)

    @property
    def allows_a_decision(self) -> bool:
        """Whether it may be decided on what is known."""
        return self not in (self.MUST_RETURN, self.MUST_EXPLAIN)


WHY_NOT = {
    ConsentPosition.MUST_EXPLAIN: (
        "Consent is missing, or who gave it, and nobody has explained why."
    ),
    ConsentPosition.MUST_OVERRIDE: (
        "Consent is missing, or who gave it: a manager must override it with a rationale."
    ),
    ConsentPosition.MAY_RETURN: (
        "Consent is missing, or who gave it: return the contact for a talk with the family, or let "
        "a manager override it."
    ),
    ConsentPosition.MUST_RETURN: (
        "This service always needs consent: the contact goes back to the referrer."
    ),
}


class NoConsentError(Refusal):
    """Nothing leaves the hub before consent is settled (D4, D12, D19)."""


class CannotBeOverriddenError(Refusal):
    """The policy allows no override for what is asked (D4)."""


class NothingToWithdrawError(Refusal):
    """Consent that was not given cannot be withdrawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A manager's decision to go on without consent, on one child's record (D7, D12, D13)."""

    child_id: str
    by: str
    at: datetime
    ground: str
    rationale: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """That the family took consent back."""

    by: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierConsent:
    """What was on record about consent until then."""

    consent: Consent
    until: datetime
    by: str


@dataclass(slots=True, kw_only=True)
class ConsentRecord:
    """Everything on record about consent; earlier words are kept.

    `old_enough` are the children who may consent for themselves (D3), `about` those whom the
    `position` is about; `position_of_added` is about children who are to join them.
    """

    said: Consent | None = None
    superseded: list[EarlierConsent] = field(default_factory=list)
    overrides: list[Override] = field(default_factory=list)
    withdrawals: list[Withdrawal] = field(default_factory=list)
    is_withdrawn: bool = False
    old_enough: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    position: ConsentPosition = ConsentPosition.MUST_EXPLAIN
    position_of_added: ConsentPosition = ConsentPosition.MUST_EXPLAIN

    def say(self, consent: Consent, *, by: str, at: datetime) -> None:
        """Take in what is known now; what was known before is kept.

        Only that it is given again lifts a withdrawal: no explanation does.
        """
        if self.said is not None:
            self.superseded.append(EarlierConsent(consent=self.said, until=at, by=by))
        self.said = consent
        self.is_withdrawn = self.is_withdrawn and not self.is_given

    @property
    def is_given(self) -> bool:
        """Whether it was said that consent is there, and who gave it, who may (D3).

        A child gives it only where old enough to.
        """
        return self._is_given_for(self.about)

    @property
    def is_refused(self) -> bool:
        """Whether somebody who may said no, or took consent back: both mean the same (D12)."""
        return self.is_withdrawn or (self.said is not None and self.said.is_refused)

    @property
    def since(self) -> datetime | None:
        """Since when what is on record holds; None where nothing else was said before."""
        changed = (*(one.until for one in self.superseded), *(one.at for one in self.withdrawals))
        return max(changed, default=None)

    @property
    def is_given_to_a_service(self) -> bool:
        """Whether the family agreed to a service too, which is another matter (T9)."""
        said, stands = self.said, self.is_given and not self.is_withdrawn
        return stands and said is not None and said.consent_to_service is YesNo.YES

    @property
    def must_not_inform(self) -> bool:
        """Whether the family must not learn of it, on a ground of the policy (D8)."""
        return self.said is not None and self.said.do_not_inform is not None

    def override(self, overrides: list[Override], *, allowed: bool) -> None:
        """Write a manager's override to each child's record; raises where there is none (D4)."""
        if not allowed:
            raise CannotBeOverriddenError(
                "This service always needs consent: nobody can override it."
            )
        self.overrides.extend(overrides)

    def is_overridden_for(self, child_ids: Collection[str]) -> bool:
        """Whether a manager's override is on every child's record; of none, it is not (D12)."""
        return bool(child_ids) and set(child_ids) <= {one.child_id for one in self.overrides}

    def withdraw(self, withdrawal: Withdrawal) -> None:
        """Note that consent was taken back."""
        said = self.said
        if said is None or said.status is not ConsentStatus.GIVEN or self.is_withdrawn:
            raise NothingToWithdrawError("No consent is on record that could be withdrawn.")
        self.withdrawals.append(withdrawal)
        self.is_withdrawn = True

    def weigh(
        self, rule: ConsentRule, *, about: tuple[str, ...], added: tuple[str, ...] = ()
    ) -> None:
        """Find where the contact stands, by the policy's rule for its referrer and service.

        Children who were `added` to those it is about are weighed apart: they stop nobody.
        """
        self.about = about
        self.position = self._weighed(rule, about)
        self.position_of_added = self._weighed(rule, added)

    def must_let_out(self) -> None:
        """Raise `NoConsentError` unless agencies may be asked."""
        if not self.position.lets_out:
            raise NoConsentError(WHY_NOT[self.position])

    def must_allow_a_decision(self) -> None:
        """Raise `NoConsentError` where nothing at all goes on without it (D4) or a word (D19)."""
        if not self.position.allows_a_decision:
            raise NoConsentError(WHY_NOT[self.position])

    def lawful_basis(self, policy_version: str) -> LawfulBasis:
        """Give the envelope under which agencies are asked: a public task (T10).

        It says whether, and why, the family must not learn of it (D8).
        """
        overridden = self.position is ConsentPosition.OVERRIDDEN
        status = self.said.status if self.said else ConsentStatus.NOT_SOUGHT
        return LawfulBasis(
            basis="public_task",
            consent_status=ConsentStatus.OVERRIDDEN if overridden else status,
            override_rationale_recorded=overridden,
            policy_version=policy_version,
            do_not_inform=self.said.do_not_inform if self.said else None,
        )

    def _is_given_for(self, child_ids: Collection[str]) -> bool:
        said = self.said
        if said is None or not said.is_given:
            return False
        old_enough = bool(child_ids) and set(child_ids) <= set(self.old_enough)
        return said.given_by is not GivenBy.CHILD or old_enough

    def _weighed(self, rule: ConsentRule, child_ids: Collection[str]) -> ConsentPosition:
        said = self.said
        if self._is_given_for(child_ids) and not self.is_withdrawn:
            return ConsentPosition.GIVEN
        if rule.consent is Expectation.NOT_EXPECTED and not self.is_refused:
            return ConsentPosition.NOT_EXPECTED
        if rule.overridable and self.is_overridden_for(child_ids):
            return ConsentPosition.OVERRIDDEN
        if rule.without is WithoutConsent.EXPLAIN and not self.is_refused:
            return (
                ConsentPosition.EXPLAINED
                if said and said.is_explained
                else ConsentPosition.MUST_EXPLAIN
            )
        return _WITHOUT.get(rule.without, ConsentPosition.MUST_OVERRIDE)


_WITHOUT = {
    WithoutConsent.REFUSE: ConsentPosition.MUST_RETURN,
    WithoutConsent.MAY_RETURN: ConsentPosition.MAY_RETURN,
}
