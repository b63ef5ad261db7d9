"""Cases that were closed, merged, or are many: which of them lead where, and who may say so."""

from datetime import timedelta

import pytest

from intake.domain.case import CaseStatus, KnownCase
from intake.domain.found import RecordKind
from intake.domain.likeness import Certainty, Identity
from intake.domain.search import MOST, found_for
from mash_shared.messages.case import CaseStatusChanged
from mash_shared.testing import NOW, Desk, heard, sample
from mash_shared.vocabulary import NotEntitledError
from support.cases import CLOSED, NHS, decide, known_case, routed_to
from support.front_door import HANDLERS as H
from support.front_door import (
    MANAGER,
    found,
    fresh,
    indexed,
    known,
)


@pytest.mark.rule("E3")
def test_a_case_closed_without_a_date_is_shown_to_a_person_and_then_counts_as_closed_lately() -> (
    None
):
    desk = known(found(**CLOSED))
    assert desk.aggregate.ways["c1-1"].route is None
    assert desk.aggregate.matching.may_be_cases()
    routed = routed_to(decide(desk, same=True))
    assert (routed.route, routed.team) == ("to_last_team", "Assessment team 2")


@pytest.mark.rule("E1")
def test_what_is_certain_by_number_only_a_manager_undoes() -> None:
    desk = known(found())
    with pytest.raises(NotEntitledError, match="undo a match that rests on a number"):
        decide(desk, same=False)
    assert routed_to(decide(desk, same=False, by=MANAGER)).route is None
    by_name = known(found(reasons=("name", "date_of_birth", "address")))
    assert routed_to(decide(by_name, same=False)).route is None


@pytest.mark.rule("E1")
def test_a_case_merged_into_another_is_found_under_the_other_ones_number() -> None:
    contact = fresh(children=[{"nhs_number": NHS}]).aggregate
    merged = known_case("LCS-1", merged_into="LCS-2", worker="sw-old")
    (alone,) = found_for(contact, [merged], ())
    assert (alone.record_id, alone.worker) == ("LCS-2", "sw-old")
    (one,) = found_for(contact, [merged, known_case("LCS-2", worker="sw-new")], ())
    assert (one.record_id, one.worker) == ("LCS-2", "sw-new")


@pytest.mark.rule("E1")
def test_news_that_a_case_was_merged_is_kept_and_looked_for() -> None:
    desk = Desk(KnownCase, "known-havering-LCS-1")
    desk.do(heard(H.note_case_status, sample(CaseStatusChanged, occurred_at=NOW), at=NOW))
    desk.do(lambda case: H.note_looked_for(case, number=case.number))
    later = NOW + timedelta(minutes=1)
    merged = sample(CaseStatusChanged, occurred_at=later, merged_into="LCS-2")
    desk.do(heard(H.note_case_status, merged, at=later))
    assert desk.aggregate.merged_into == "LCS-2"
    assert desk.aggregate.look_wanted


@pytest.mark.rule("E1")
def test_earlier_contacts_crowd_out_no_case_and_namesakes_no_sure_one() -> None:
    child = {"full_name": "Wren Okafor", "nhs_number": NHS}
    contact = fresh(id_="c9", children=[child]).aggregate
    earlier = [fresh(id_=f"a{n}", children=[child]).aggregate for n in range(MOST + 5)]
    namesake = Identity(full_name="Wren Okafor")
    closed = [known_case(f"LCS-{n}") for n in range(MOST + 5)]
    for case in closed:
        case.child, case.status, case.closed_at = namesake, CaseStatus.CLOSED, NOW
    still_open = known_case("LCS-open")
    still_open.child = namesake
    sure = known_case("LCS-sure")
    sure.status, sure.closed_at = CaseStatus.CLOSED, NOW
    kept = found_for(contact, [*closed, still_open, sure], earlier)
    by_kind = [one for one in kept if one.kind is RecordKind.CONTACT]
    cases = [one.record_id for one in kept if one.kind is RecordKind.CASE]
    assert (len(by_kind), len(cases)) == (MOST, MOST + 1)
    assert {"LCS-open", "LCS-sure"} < set(cases)
    assert all(one.certainty is Certainty.CERTAIN for one in by_kind)


@pytest.mark.rule("E3")
def test_a_case_without_a_date_that_nobody_decided_leads_nowhere_once_it_is_not_found() -> None:
    desk = known(found(**CLOSED))
    desk.do(indexed())
    assert desk.aggregate.matching.matches == []
    assert desk.aggregate.ways["c1-1"].route is None
    decided = known(found(**CLOSED))
    decide(decided, same=True)
    decided.do(indexed())
    assert decided.aggregate.ways["c1-1"].route is not None
