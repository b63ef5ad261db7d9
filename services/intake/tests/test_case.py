"""Known children: what is on record of them, what people say of it, and where it leads."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from intake.domain.case import CaseStatus, KnownCase
from intake.domain.found import RecordKind
from intake.domain.likeness import Certainty
from intake.domain.match import MatchDecidedError, Route, RouteKind
from intake.domain.matching import Matching
from intake.domain.search import found_for
from intake.handlers import IntakeHandlers
from mash_shared.messages.case import CaseStatusChanged
from mash_shared.messages.contact import ContactRouted
from mash_shared.policy import Pack, PolicyPacks
from mash_shared.testing import NOW, Desk, acted, heard, packs, sample
from mash_shared.vocabulary import NotEntitledError, NotKnownError, Role
from support.cases import CLOSED, NHS, POSSIBLE, decide, known_case, routed_to
from support.front_door import HANDLERS as H
from support.front_door import (
    MANAGER,
    RECORDER,
    SOCIAL_WORKER,
    asking,
    found,
    fresh,
    indexed,
    known,
    recorded,
    staff,
)


@pytest.mark.rule("E1")
def test_an_open_childs_contact_goes_to_the_allocated_worker_and_says_so_once() -> None:
    desk = fresh()
    routed = routed_to(desk.do(indexed(found())))
    assert (routed.route, routed.case_ref) == ("to_allocated_worker", "LCS-1")
    assert (routed.worker, routed.team) == ("sw-harriet-osei", None)
    assert desk.aggregate.ways["c1-1"].route == Route(
        kind=RouteKind.TO_ALLOCATED_WORKER,
        record_id="LCS-1",
        worker="sw-harriet-osei",
        overseen=True,
    )
    assert desk.do(indexed(found())) == ()


@pytest.mark.rule("E1", "E3")
def test_an_open_case_comes_before_one_closed_lately_and_that_before_one_closed_earlier() -> None:
    lately = found(record_id="LCS-2", closed_at=NOW - timedelta(days=3), **CLOSED)
    earlier = found(record_id="LCS-3", closed_at=NOW - timedelta(days=60), **CLOSED)
    for records, case in (((earlier, lately, found()), "LCS-1"), ((earlier, lately), "LCS-2")):
        route = known(*records).aggregate.ways["c1-1"].route
        assert route is not None
        assert route.record_id == case


@pytest.mark.rule("E3", "X7")
@pytest.mark.parametrize(
    ("closed", "received", "goes"),
    [
        ("2025-12-11T17:00Z", "2026-03-10T09:00Z", True),
        ("2025-12-11T17:00Z", "2026-03-11T09:00Z", True),
        ("2025-12-11T09:00Z", "2026-03-12T00:00Z", False),
        ("2025-11-30T12:00Z", "2026-02-28T12:00Z", True),
        ("2025-11-30T12:00Z", "2026-03-01T12:00Z", False),
        ("2023-11-30T12:00Z", "2024-02-29T12:00Z", True),
        ("2023-11-30T12:00Z", "2024-03-01T12:00Z", False),
        ("2024-02-29T12:00Z", "2024-05-29T12:00Z", True),
        ("2024-02-29T12:00Z", "2024-05-30T12:00Z", False),
        ("2025-05-31T12:00Z", "2025-08-31T12:00Z", True),
        ("2025-05-31T12:00Z", "2025-09-01T12:00Z", False),
        ("2026-06-30T23:30Z", "2026-10-01T12:00Z", True),
        ("2026-06-30T22:30Z", "2026-10-01T12:00Z", False),
        ("2026-06-30T12:00Z", "2026-09-30T22:59Z", True),
        ("2026-06-30T12:00Z", "2026-09-30T23:00Z", False),
    ],
)
def test_closed_three_calendar_months_ago_to_the_day_goes_to_the_last_team(
    closed: str, received: str, *, goes: bool
) -> None:
    matching = Matching()
    case = found(closed_at=datetime.fromisoformat(closed), **CLOSED)
    matching.note((case,), (), NOW)
    zone = ZoneInfo("Europe/London")
    routing = packs().of("havering").routing
    assert routing.closed_within_months == 3
    route = matching.route("c1-1", datetime.fromisoformat(received), routing, zone)
    assert route == (
        Route(kind=RouteKind.TO_LAST_TEAM, record_id="LCS-1", team="Assessment team 2")
        if goes
        else None
    )


@pytest.mark.rule("E3")
@pytest.mark.parametrize(("months", "goes"), [(3, False), (4, True)])
def test_how_long_ago_is_lately_is_the_councils_to_say(months: int, *, goes: bool) -> None:
    havering = packs().of("havering")
    routing = havering.routing.model_dump() | {"closed_within_months": months}
    pack = Pack.model_validate(havering.model_dump() | {"routing": routing})
    handlers = IntakeHandlers(PolicyPacks({"havering": pack}))
    closed = found(closed_at=datetime(2025, 12, 10, 23, 30, tzinfo=UTC), **CLOSED)
    desk = fresh()
    said = desk.do(indexed(closed, handlers=handlers))
    assert [type(one) for one in said] == [ContactRouted] * goes
    assert (desk.aggregate.ways["c1-1"].route is not None) is goes


@pytest.mark.rule("E1")
def test_a_possible_match_leads_nowhere_until_a_person_says_it_is_the_same() -> None:
    desk = fresh()
    assert desk.do(indexed(found(**POSSIBLE))) == ()
    assert desk.aggregate.matching.is_undecided
    assert desk.aggregate.ways["c1-1"].route is None
    assert routed_to(decide(desk, same=True)).route == "to_allocated_worker"
    assert not desk.aggregate.matching.is_undecided


@pytest.mark.rule("E1")
def test_the_opposite_verdict_undoes_a_verdict_and_both_are_kept() -> None:
    desk = known(found(**POSSIBLE))
    decide(desk, same=True)
    taken_back = routed_to(decide(desk, same=False))
    assert (taken_back.route, taken_back.worker) == (None, None)
    assert desk.aggregate.ways["c1-1"].route is None
    (match,) = desk.aggregate.matching.matches
    assert [verdict.same for verdict in match.verdicts] == [True, False]
    assert {(one.by, one.at, one.reason) for one in match.verdicts} == {
        (SOCIAL_WORKER.id, NOW, "The mother says so.")
    }
    with pytest.raises(MatchDecidedError):
        decide(desk, same=False)


def test_a_certain_match_needs_no_verdict_but_can_be_wrong() -> None:
    desk = known(found())
    with pytest.raises(MatchDecidedError):
        decide(desk, same=True)
    assert routed_to(decide(desk, same=False, by=MANAGER)).route is None
    assert desk.do(acted(H.authorise_enquiry, asking(), MANAGER))


def test_verdicts_stay_with_their_record_when_the_index_is_asked_again() -> None:
    desk = known(found())
    decide(desk, same=False, by=MANAGER)
    assert desk.do(indexed(found(), found(record_id="LCS-2", **POSSIBLE))) == ()
    assert [match.holds for match in desk.aggregate.matching.matches] == [False, False]
    assert desk.aggregate.ways["c1-1"].route is None


def test_a_match_is_decided_by_whoever_sorts_contacts_and_only_where_there_is_one() -> None:
    with pytest.raises(NotEntitledError, match="decide a match"):
        decide(known(found(**POSSIBLE)), same=True, by=RECORDER)
    with pytest.raises(NotKnownError):
        decide(known(found(**POSSIBLE)), same=True, record_id="LCS-9")
    with pytest.raises(NotKnownError):
        decide(recorded("lewisham"), same=True)


@pytest.mark.rule("E1", "E3")
def test_the_newest_news_of_a_case_holds_and_older_news_changes_nothing() -> None:
    desk = Desk(KnownCase, "known-havering-LCS-1")
    opened = sample(CaseStatusChanged, occurred_at=NOW)
    later = {"status": "closed", "closed_at": NOW, "worker": None, "team": "Team 3"}
    closed = sample(CaseStatusChanged, occurred_at=NOW + timedelta(seconds=1), **later)
    for news in (closed, opened):
        desk.do(heard(H.note_case_status, news, at=NOW + timedelta(minutes=1)))
        case = desk.aggregate
        assert (case.status, case.team, case.closed_at) == (CaseStatus.CLOSED, "Team 3", NOW)
        assert (case.worker, case.as_of) == (None, closed.occurred_at)
    assert (case.council, case.case_ref) == (opened.council, opened.contact_id)
    assert f"nhs:{opened.nhs_number}" in case.found_by


@pytest.mark.rule("E1", "E5")
def test_what_is_found_names_the_child_of_several_that_the_case_is_of() -> None:
    contact = fresh(children=[{}, {"nhs_number": NHS}]).aggregate
    (one,) = found_for(contact, [known_case(worker="sw-1", team="T"), KnownCase(id="known-x")], ())
    assert (one.record_id, one.child_id, one.kind) == ("LCS-1", "c1-2", RecordKind.CASE)
    assert (one.status, one.worker, one.team) == (CaseStatus.OPEN, "sw-1", "T")
    assert one.certainty is Certainty.CERTAIN


def test_a_council_member_of_another_role_in_triage_decides_matches_too() -> None:
    screening = staff(Role.SCREENING_TEAM, council="redbridge")
    desk = fresh("redbridge")
    desk.do(indexed(found(**POSSIBLE)))
    assert decide(desk, same=True, by=screening)
