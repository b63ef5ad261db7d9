"""Who is asked for consent, and what happens without it, council by council."""

from pathlib import Path

import pytest

from mash_shared.policy import Pack, load_packs
from mash_shared.policy.consent import Expectation, WithoutConsent
from mash_shared.vocabulary import ReferrerKind, Role

PACKS = load_packs(Path(__file__).parents[2] / "deploy" / "policies")
HAVERING, WALTHAM_FOREST, LEWISHAM = (
    PACKS.of(council) for council in ("havering", "waltham-forest", "lewisham")
)
every_council = pytest.mark.parametrize("pack", tuple(PACKS), ids=lambda pack: pack.council.id)


@pytest.mark.rule("D4")
def test_in_havering_early_help_always_needs_consent() -> None:
    rule = HAVERING.consent.rule(ReferrerKind.PROFESSIONAL, "early_help")
    assert (rule.consent, rule.overridable) == (Expectation.REQUIRED, False)


@pytest.mark.rule("D5")
def test_in_havering_a_child_in_need_request_may_go_back_to_the_family() -> None:
    rule = HAVERING.consent.rule(ReferrerKind.PROFESSIONAL, "child_in_need")
    assert (rule.without, rule.inform_at_least) == (WithoutConsent.MAY_RETURN, True)


@pytest.mark.rule("D7", "D12")
@pytest.mark.parametrize("service", ["child_protection", "children_with_disabilities", ""])
def test_in_havering_a_manager_overrides_before_any_other_contact_goes_on(service: str) -> None:
    rule = HAVERING.consent.rule(ReferrerKind.PROFESSIONAL, service)
    assert (rule.without, rule.overridable) == (WithoutConsent.OVERRIDE, True)
    assert HAVERING.consent.override_roles == (Role.MASH_MANAGER,)


@pytest.mark.rule("D4", "X9")
@every_council
def test_what_is_refused_cannot_be_overridden_and_what_is_to_be_can(pack: Pack) -> None:
    for rule in pack.consent.rules:
        if rule.without is WithoutConsent.OVERRIDE:
            assert rule.overridable
        if rule.without is WithoutConsent.REFUSE:
            assert rule.consent is Expectation.REQUIRED


@pytest.mark.rule("D2")
@every_council
@pytest.mark.parametrize("kind", [ReferrerKind.PUBLIC, ReferrerKind.ANONYMOUS])
def test_the_public_is_never_blocked_for_want_of_consent(pack: Pack, kind: ReferrerKind) -> None:
    for service in (*pack.contact.services, "another"):
        rule = pack.consent.rule(kind, service)
        assert (rule.consent, rule.without) == (Expectation.NOT_EXPECTED, WithoutConsent.PROCEED)


@pytest.mark.rule("D18")
@pytest.mark.rule("D19")
def test_waltham_forest_and_lewisham_take_a_reason_instead_of_consent() -> None:
    for pack in (WALTHAM_FOREST, LEWISHAM):
        rule = pack.consent.rule(ReferrerKind.PROFESSIONAL, "child_protection")
        assert rule.without is WithoutConsent.EXPLAIN
        assert set(pack.consent.referrer_exceptions) == {
            "further_risk_of_harm",
            "unnecessary_delay",
        }


@pytest.mark.rule("D9")
@pytest.mark.rule("D10")
@pytest.mark.rule("D11")
@every_council
def test_there_are_three_grounds_for_not_informing(pack: Pack) -> None:
    assert set(pack.consent.do_not_inform_grounds) == {
        "risk_to_a_person",
        "serious_crime",
        "unjustified_delay",
    }


def test_a_policy_without_a_rule_for_everybody_never_passes_for_permission() -> None:
    with pytest.raises(LookupError):
        HAVERING.consent.model_copy(update={"rules": ()}).rule(ReferrerKind.PUBLIC, "early_help")
