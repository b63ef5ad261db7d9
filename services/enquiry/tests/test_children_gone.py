"""Children who leave an enquiry, and come back: of whom is asked, and who is told."""

import pytest

from mash_shared.messages.agency_check import (
    AgencyCheckAmended,
    AgencyCheckCancelled,
    AgencyCheckRequested,
)
from mash_shared.messages.enquiry import EnquiryCollated
from mash_shared.vocabulary import ReplyState
from support.rounds import (
    AGENCIES,
    BABY,
    ELDER,
    HEALTH,
    POLICE,
    YOUNGER,
    amend,
    answer,
    collated_about,
    named,
    opened,
    request,
)

BOTH = [ELDER.child_id, YOUNGER.child_id]
ROUND_TWO = [request(agency, 2) for agency in AGENCIES]
NOTHING = ReplyState.NOTHING_KNOWN


@pytest.mark.rule("N11")
def test_of_a_child_who_is_dropped_nobody_is_asked_further_and_everybody_asked_is_told() -> None:
    desk = opened(ELDER, YOUNGER)
    answer(desk, POLICE, ELDER, YOUNGER)
    said = amend(desk, 3, ELDER)
    assert named(said, AgencyCheckAmended) == {request(one): [ELDER.child_id] for one in AGENCIES}
    assert len(said) == 2
    (collated,) = answer(desk, HEALTH, ELDER, YOUNGER)
    assert isinstance(collated, EnquiryCollated)
    assert collated.child_ids == (ELDER.child_id,)


@pytest.mark.rule("N11")
def test_a_round_about_nobody_who_is_left_is_taken_back_and_its_answers_are_in_no_record() -> None:
    desk = collated_about(ELDER)
    amend(desk, 3, ELDER, YOUNGER)
    answer(desk, POLICE, YOUNGER, nth=2)
    *cancelled, collated = amend(desk, 4, ELDER)
    assert list(named(tuple(cancelled), AgencyCheckCancelled)) == [request(a, 2) for a in AGENCIES]
    assert isinstance(collated, EnquiryCollated)
    assert (collated.child_ids, collated.gaps) == ((ELDER.child_id,), ())
    assert collated.reply_ids == ("police-1", "health-1")
    assert not any(clock.is_open for clock in desk.aggregate.clocks)


@pytest.mark.rule("I3")
def test_a_child_who_comes_back_is_asked_about_where_no_answer_or_question_stands() -> None:
    desk = opened(ELDER, YOUNGER)
    answer(desk, POLICE, ELDER, YOUNGER)
    amend(desk, 3, ELDER)
    (collated,) = answer(desk, HEALTH, ELDER)
    assert isinstance(collated, EnquiryCollated)
    said = amend(desk, 4, ELDER, YOUNGER)
    assert named(said, AgencyCheckRequested) == {request(HEALTH, 2): [YOUNGER.child_id]}
    assert named(said, AgencyCheckAmended) == {request(POLICE): BOTH}
    amend(desk, 5, ELDER)
    said = amend(desk, 6, ELDER, YOUNGER)
    assert named(said, AgencyCheckRequested) == {request(HEALTH, 3): [YOUNGER.child_id]}


@pytest.mark.rule("H7")
def test_a_child_who_comes_back_with_every_answer_there_is_in_the_next_record() -> None:
    desk = collated_about(ELDER, YOUNGER)
    amend(desk, 3, ELDER)
    said = amend(desk, 4, ELDER, YOUNGER)
    assert not named(said, AgencyCheckRequested)
    assert desk.aggregate.record == 1, "this record was about both, and says all that there is"


@pytest.mark.rule("D15")
def test_where_no_child_is_left_all_is_taken_back_and_nothing_is_put_together() -> None:
    desk = opened(ELDER)
    answer(desk, POLICE, ELDER)
    said = amend(desk, 3, may_ask=False)
    assert list(named(said, AgencyCheckCancelled)) == [request(POLICE), request(HEALTH)]
    assert len(said) == 2
    assert not answer(desk, POLICE, ELDER, reply="police-1b")
    assert desk.aggregate.record == 0
    said = amend(desk, 4, YOUNGER)
    assert named(said, AgencyCheckRequested) == {
        request(one, 2): [YOUNGER.child_id] for one in AGENCIES
    }


@pytest.mark.rule("D15")
def test_a_child_learnt_of_while_nobody_may_ask_is_decided_on_and_asked_about_later() -> None:
    desk = collated_about(ELDER)
    amend(desk, 3, ELDER, may_ask=False)
    (collated,) = amend(desk, 4, ELDER, YOUNGER, may_ask=False)
    assert isinstance(collated, EnquiryCollated)
    assert collated.slots[POLICE] == {
        ELDER.child_id: NOTHING,
        YOUNGER.child_id: ReplyState.CANCELLED,
    }
    said = amend(desk, 5, ELDER, YOUNGER)
    assert list(named(said, AgencyCheckRequested)) == [request(one, 2) for one in AGENCIES]


@pytest.mark.rule("D15", "I3")
def test_consent_found_again_asks_of_an_added_child_in_the_same_round() -> None:
    desk = opened(ELDER)
    amend(desk, 3, ELDER, may_ask=False)
    said = amend(desk, 4, ELDER, YOUNGER, BABY)
    everybody = [ELDER.child_id, YOUNGER.child_id, BABY.child_id]
    assert named(said, AgencyCheckRequested) == {request(one, 2): everybody for one in AGENCIES}
