"""The four councils' packs say what their pages say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from mash_shared.policy import Duration, Pack, UnknownCouncilError, load_packs
from mash_shared.policy.checks import next_chase
from mash_shared.policy.pack import Origin
from mash_shared.policy.table import as_markdown, rows
from mash_shared.policy.telling import TellWhat
from mash_shared.vocabulary import Channel, ClockKind, OutcomeKind, ReferrerKind, Role

ROOT = Path(__file__).parents[2]
PACKS = load_packs(ROOT / "deploy" / "policies")
HAVERING, WALTHAM_FOREST, LEWISHAM, REDBRIDGE = (
    PACKS.of(council) for council in ("havering", "waltham-forest", "lewisham", "redbridge")
)
FIVE = {"police", "health", "education", "probation", "domestic-abuse"}
FRIDAY = datetime(2026, 6, 5, 15, 59, tzinfo=UTC)
every_council = pytest.mark.parametrize("pack", tuple(PACKS), ids=lambda pack: pack.council.id)


@pytest.mark.rule("O15")
def test_an_unknown_council_is_refused_in_a_sentence() -> None:
    with pytest.raises(UnknownCouncilError, match="No policy pack for council 'atlantis'; there"):
        PACKS.of("atlantis")
    assert len(PACKS) == 4


@pytest.mark.rule("O11")
@every_council
def test_a_pack_has_a_version_that_changes_with_any_value(pack: Pack) -> None:
    told = pack.routing.model_copy(update={"closed_within_months": 4})
    changed = Pack.model_validate(pack.model_dump() | {"routing": told.model_dump()})
    assert pack.version.startswith(f"{pack.council.id}/{pack.council.version}+")
    assert changed.version != pack.version


@every_council
def test_a_pack_cannot_be_changed(pack: Pack) -> None:
    with pytest.raises(ValidationError):
        pack.silent = ()  # type: ignore[misc]


@pytest.mark.rule("F9")
@every_council
def test_every_enquiry_goes_to_the_five_agencies_with_a_gateway(pack: Pack) -> None:
    assert set(pack.mandatory_agencies) == FIVE
    assert not FIVE & set(pack.optional_agencies)


@pytest.mark.rule("X6")
def test_members_and_mandatory_agencies_are_two_lists() -> None:
    assert "housing" in HAVERING.partners.members
    assert "housing" not in HAVERING.partners.mandatory
    assert HAVERING.origin("partners.mandatory") is Origin.PAGE


@pytest.mark.rule("G7")
def test_redbridge_asks_all_partners_and_its_head_sets_times_per_case() -> None:
    assert REDBRIDGE.awaiting_gateway == ("housing", "youth-offending")
    assert REDBRIDGE.clocks.set_per_case_by == (Role.HEAD_OF_MASH,)


@pytest.mark.rule("O3")
def test_lewisham_s_members_are_those_of_its_page_and_the_two_assumed() -> None:
    assert {"camhs", "early-help", "substance-misuse", "victim-support"} < set(
        LEWISHAM.partners.members
    )
    assert LEWISHAM.origin("partners.members") is Origin.ASSUMPTION
    assert LEWISHAM.origin("agencies.education.name") is Origin.STATED_DEFAULT


@pytest.mark.rule("F4")
@pytest.mark.parametrize(
    ("pack", "needed", "roles", "origin"),
    [
        (HAVERING, True, (Role.MASH_MANAGER,), Origin.PAGE),
        (WALTHAM_FOREST, True, (Role.MASH_MANAGER,), Origin.STATED_DEFAULT),
        (LEWISHAM, False, (Role.SOCIAL_WORKER, Role.MASH_MANAGER), Origin.PAGE),
        (REDBRIDGE, True, (Role.HEAD_OF_MASH,), Origin.PAGE),
    ],
)
def test_each_council_has_its_own_gate(
    pack: Pack,
    needed: bool,  # noqa: FBT001
    roles: tuple[Role, ...],
    origin: Origin,
) -> None:
    assert (pack.gate.needed, pack.gate.roles) == (needed, roles)
    assert pack.origin("gate.roles") is origin


@pytest.mark.rule("J1")
@pytest.mark.rule("J2")
@pytest.mark.rule("J8")
@every_council
def test_red_has_four_hours_and_its_agencies_three(pack: Pack) -> None:
    for kind, hours in (("agency_check", 3), ("enquiry", 4), ("decision", 4)):
        due = pack.due(ClockKind(kind), "red", FRIDAY)
        assert due.at - FRIDAY == timedelta(hours=hours)
    check = pack.clock(ClockKind.AGENCY_CHECK, "red", FRIDAY)
    chase = replace(check, kind=ClockKind.CHASE, part=0.5, due_at=FRIDAY + timedelta(minutes=90))
    assert next_chase(pack, "red", check, FRIDAY) == chase


@pytest.mark.rule("J3")
@every_council
def test_amber_of_friday_16_59_is_due_on_monday_16_59(pack: Pack) -> None:
    for kind in (ClockKind.AGENCY_CHECK, ClockKind.ENQUIRY, ClockKind.DECISION):
        assert pack.due(kind, "amber", FRIDAY).at == FRIDAY + timedelta(days=3)


@pytest.mark.rule("J4")
@every_council
def test_a_contact_record_is_complete_within_24_hours(pack: Pack) -> None:
    assert pack.clocks.lasting(ClockKind.CONTACT_RECORD, "amber") == Duration(hours=24)
    assert pack.contact.record_completed_by == (Role.SOCIAL_WORKER,)


@pytest.mark.rule("J6")
@pytest.mark.rule("J7")
@pytest.mark.rule("X10")
def test_the_referrer_is_told_within_24_hours_and_in_lewisham_48() -> None:
    for pack in PACKS:
        for kind in ReferrerKind:
            hours = 48 if pack is LEWISHAM else 24
            assert pack.told_within(kind, "amber") == Duration(hours=hours)


def test_a_chase_has_fractions_and_no_limit() -> None:
    with pytest.raises(KeyError):
        HAVERING.clocks.lasting(ClockKind.CHASE, "red")


@pytest.mark.rule("K2")
@every_council
def test_only_professionals_learn_an_outcome(pack: Pack) -> None:
    told = {kind: notice.told for kind, notice in pack.notices.referrers.items()}
    assert told == {
        ReferrerKind.PROFESSIONAL: TellWhat.OUTCOME,
        ReferrerKind.PUBLIC: TellWhat.ACKNOWLEDGEMENT,
        ReferrerKind.ANONYMOUS: TellWhat.NOTHING,
    }


@pytest.mark.rule("H4")
@pytest.mark.rule("X1")
def test_redbridge_wants_two_people_and_lewisham_one() -> None:
    assert REDBRIDGE.deciding.must_differ
    assert REDBRIDGE.deciding.decider_roles == (Role.HEAD_OF_MASH,)
    assert not LEWISHAM.deciding.must_differ
    assert set(LEWISHAM.deciding.questions) == {"help_needed", "at_risk_of_harm"}


@pytest.mark.rule("R4")
@pytest.mark.rule("R5")
@pytest.mark.rule("R6")
@pytest.mark.rule("R7")
@pytest.mark.rule("R8")
def test_redbridge_has_its_own_names_for_its_five_outcomes() -> None:
    own = {
        code: outcome.kind
        for code, outcome in REDBRIDGE.outcomes.items()
        if REDBRIDGE.origin(f"outcomes.{code}") is Origin.PAGE
    }
    assert own == {
        "cpat": OutcomeKind.CP_OR_COMPLEX_ASSESSMENT,
        "early_intervention": OutcomeKind.EARLY_HELP,
        "caf": OutcomeKind.ADDITIONAL_NEEDS_ASSESSMENT,
        "single_agency_response": OutcomeKind.SINGLE_AGENCY_RESPONSE,
        "no_further_action": OutcomeKind.NO_FURTHER_ACTION,
    }


@pytest.mark.rule("A12")
def test_waltham_forest_announces_fax_and_redbridge_letters() -> None:
    assert Channel.FAX in WALTHAM_FOREST.contact.channels
    assert Channel.LETTER in REDBRIDGE.contact.channels


@pytest.mark.rule("A13")
@every_council
def test_immediate_danger_is_answered_with_999_and_101(pack: Pack) -> None:
    assert "999" in pack.emergency.text
    assert "101" in pack.emergency.text


@pytest.mark.rule("E3")
@pytest.mark.rule("E4")
@pytest.mark.rule("X8")
@every_council
def test_three_months_and_three_referrals_without_a_window(pack: Pack) -> None:
    routing = pack.routing
    assert (routing.closed_within_months, routing.repeat_referrals) == (3, 3)
    assert routing.repeat_window_months is None


@pytest.mark.rule("L2")
@pytest.mark.rule("L3")
def test_waltham_forest_s_ladder_is_spoken_first_and_written_then() -> None:
    levels = [(level.role, level.form) for level in WALTHAM_FOREST.disputes.levels]
    assert levels == [(Role.MASH_MANAGER, "spoken"), (Role.HEAD_OF_SERVICE, "written")]
    assert len(WALTHAM_FOREST.disputes.levels[1].options) == 3


@pytest.mark.rule("M1")
@pytest.mark.rule("M5")
@every_council
def test_requests_to_the_hub_have_their_own_kinds(pack: Pack) -> None:
    assert set(pack.reverse_enquiries) == {
        "statutory_request_for_information",
        "prison_enquiry",
        "probation_enquiry",
        "other_local_authority",
    }


def test_the_table_in_the_documentation_is_current() -> None:
    assert (ROOT / "docs" / "policies.md").read_text(encoding="utf-8") == as_markdown(PACKS)
    assert all(len(row.cells) == 4 for row in rows(PACKS))


@pytest.mark.rule("X4")
def test_a_clock_starts_at_receipt_and_stores_what_it_was_computed_by() -> None:
    clock = LEWISHAM.clock(ClockKind.AGENCY_CHECK, "red", FRIDAY, of="police")
    assert (clock.started_at, clock.due_at) == (FRIDAY, FRIDAY + timedelta(hours=3))
    assert clock.policy_version == LEWISHAM.version
    assert clock.calendar_version == LEWISHAM.calendar.version
    telling = LEWISHAM.telling_clock(ReferrerKind.PUBLIC, "amber", FRIDAY)
    assert telling.due_at == FRIDAY + timedelta(hours=48)
