"""What the councils' packs say of the front door, rule by rule."""

from datetime import UTC, datetime

import pytest

from mash_shared.policy import Pack
from mash_shared.policy.front_door import Path
from mash_shared.testing import packs
from mash_shared.vocabulary import Channel, ClockKind, OutcomeKind, Role

EVERY = pytest.mark.parametrize("pack", tuple(packs()), ids=lambda pack: pack.council.id)
HAVERING, LEWISHAM = packs().of("havering"), packs().of("lewisham")
REDBRIDGE, WALTHAM_FOREST = packs().of("redbridge"), packs().of("waltham-forest")


@pytest.mark.rule("A2")
def test_havering_is_asked_for_early_help_social_care_and_disability_services() -> None:
    services = set(HAVERING.contact.services)
    assert services == {
        "early_help",
        "child_in_need",
        "child_protection",
        "children_with_disabilities",
    }


@pytest.mark.rule("A5")
def test_waltham_forest_has_one_form_of_two_parts() -> None:
    types = WALTHAM_FOREST.contact.request_types
    parts = [(types[code].form, types[code].part) for code in ("help_and_support", "protection")]
    form = "Single multi-agency request form"
    assert parts == [(form, "help and support"), (form, "protection")]


@pytest.mark.rule("A9", "A10")
@pytest.mark.parametrize("pack", [LEWISHAM, WALTHAM_FOREST], ids=lambda pack: pack.council.id)
def test_protection_is_telephoned_first_and_the_form_has_its_own_time(pack: Pack) -> None:
    assert pack.contact.phone_first
    assert pack.clocks.lasting(ClockKind.WRITTEN_FOLLOW_UP, "red").elapsed is not None


@pytest.mark.rule("A8", "A11")
def test_channels_are_those_that_the_council_announces() -> None:
    assert {Channel.PHONE, Channel.IN_PERSON} <= set(LEWISHAM.contact.channels)
    assert Channel.LETTER in REDBRIDGE.contact.channels


@pytest.mark.rule("A14", "A16", "A17", "M1")
def test_what_can_be_asked_of_lewisham_leads_where_it_should() -> None:
    paths = {code: LEWISHAM.path_of(code) for code in LEWISHAM.contact.request_types}
    assert paths["targeted_early_help"] is Path.CHILD_CONCERN
    assert paths["consultation"] is Path.CONSULTATION
    assert paths["supporting_information"] is Path.REQUEST_TO_THE_HUB
    assert paths["statutory_request_for_information"] is Path.REQUEST_TO_THE_HUB
    assert LEWISHAM.path_of(None) is LEWISHAM.path_of("unheard of") is Path.CHILD_CONCERN


@pytest.mark.rule("C1", "C3")
@EVERY
def test_each_council_names_its_threshold_document(pack: Pack) -> None:
    assert pack.threshold.id
    assert pack.threshold.title


@pytest.mark.rule("C2", "C3", "D16", "D17")
@pytest.mark.parametrize("pack", [LEWISHAM, WALTHAM_FOREST], ids=lambda pack: pack.council.id)
def test_professionals_attest_what_the_page_asks_of_them(pack: Pack) -> None:
    wanted = {"threshold_document_consulted", "open_with_parents", "sharing_explained"}
    assert wanted <= set(pack.contact.attestations)


@pytest.mark.rule("C9", "C10")
def test_below_the_threshold_there_is_help_by_a_named_service() -> None:
    kinds = {outcome.kind for outcome in HAVERING.outcomes.values()}
    assert {OutcomeKind.EARLY_HELP, OutcomeKind.COMMUNITY_SERVICE} <= kinds
    assert HAVERING.outcomes["community_service"].names_agency


@pytest.mark.rule("D15")
@pytest.mark.parametrize("pack", [LEWISHAM, WALTHAM_FOREST], ids=lambda pack: pack.council.id)
def test_consent_is_the_model(pack: Pack) -> None:
    assert pack.consent.consent_based


@pytest.mark.rule("D20")
def test_in_doubt_about_consent_there_is_a_number_to_ring() -> None:
    assert LEWISHAM.consent.in_doubt_telephone
    assert any(
        LEWISHAM.path_of(code) is Path.CONSULTATION for code in LEWISHAM.contact.request_types
    )


@pytest.mark.rule("O2", "X6")
def test_members_and_mandatory_agencies_are_two_lists() -> None:
    assert "housing" in HAVERING.partners.members
    assert "housing" not in HAVERING.partners.mandatory


@pytest.mark.rule("O4")
def test_redbridge_has_the_youth_offending_service_among_its_members() -> None:
    assert {"youth-offending", "housing", "education"} <= set(REDBRIDGE.partners.members)


@pytest.mark.rule("O7", "O9")
def test_working_hours_differ_by_council_and_weekday() -> None:
    thursday, friday = (
        datetime(2026, 6, 4, 16, 10, tzinfo=UTC),
        datetime(2026, 6, 5, 16, 10, tzinfo=UTC),
    )
    assert WALTHAM_FOREST.calendar.is_open(thursday)
    assert not WALTHAM_FOREST.calendar.is_open(friday)
    assert not LEWISHAM.calendar.is_open(thursday)


@pytest.mark.rule("O8", "O9", "O10")
def test_out_of_hours_somebody_answers() -> None:
    assert WALTHAM_FOREST.out_of_hours.telephone
    assert LEWISHAM.out_of_hours.name == "Emergency duty team"
    assert LEWISHAM.out_of_hours.role is Role.OUT_OF_HOURS_DUTY_SOCIAL_WORKER


@pytest.mark.rule("O12")
def test_redbridge_has_a_screening_team() -> None:
    assert REDBRIDGE.contact.triage_roles == (Role.SCREENING_TEAM,)
