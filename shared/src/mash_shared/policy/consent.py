"""What the council asks about consent, and what happens without it (D)."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt

from mash_shared.policy.front_door import Roles
from mash_shared.policy.terms import NOT_YET_READ, Code, Section, Text
from mash_shared.vocabulary import ReferrerKind


class Expectation(StrEnum):
    """How much consent is asked for."""

    REQUIRED = "required"
    EXPECTED = "expected"
    NOT_EXPECTED = "not_expected"


class WithoutConsent(StrEnum):
    """What happens to a contact that comes without consent."""

    REFUSE = "refuse"
    MAY_RETURN = "may_return_for_family_discussion"
    EXPLAIN = "explain"
    OVERRIDE = "override"
    PROCEED = "proceed"


class ConsentRule(Section):
    """The rule for one kind of referrer and one requested service, `any` standing for all others.

    `overridable` says whether a manager may go on without consent; with `inform_at_least` the
    family is told of the contact even where consent could not be had (D6).
    """

    referrer: ReferrerKind | Literal["any"]
    service: Code | Literal["any"]
    consent: Expectation
    without: WithoutConsent
    overridable: StrictBool
    inform_at_least: StrictBool


class ConsentPolicy(Section):
    """Consent as a whole; grounds and exceptions are codes with the words shown to people.

    A child consents for themselves from `child_from_age` years on (D3); an unborn one never does.
    """

    consent_based: Annotated[StrictBool, NOT_YET_READ]
    young_person_asked: Annotated[StrictBool, NOT_YET_READ]
    child_from_age: StrictInt = Field(ge=0, le=18)
    rules: tuple[ConsentRule, ...] = Field(min_length=1)
    override_roles: Roles
    override_grounds: dict[Code, Text] = Field(min_length=1)
    do_not_inform_grounds: dict[Code, Text] = Field(min_length=1)
    referrer_exceptions: dict[Code, Text]
    in_doubt_telephone: Text | None = None

    def rule(self, referrer: ReferrerKind, service: str) -> ConsentRule:
        """Give the most particular rule: this referrer and service, then either, then neither."""
        rule = self.found(referrer, service)
        if rule is None:
            raise LookupError("a loaded pack always has a rule for any referrer and any service")
        return rule

    def found(self, referrer: ReferrerKind, service: str) -> ConsentRule | None:
        """Give that rule, or None where a pack that is being loaded has none yet."""
        for pair in ((referrer, service), (referrer, "any"), ("any", service), ("any", "any")):
            for rule in self.rules:
                if (rule.referrer, rule.service) == pair:
                    return rule
        return None
