"""What agencies said of a child who went to another family's contact stays there (N11)."""

import pytest

from enquiry.api import EnquiryShown
from enquiry.domain import Enquiry
from mash_shared.answers import Answer, Fact
from mash_shared.messages import Message
from mash_shared.messages.agency_check import AgencyCheckCancelled, AgencyCheckRequested
from mash_shared.messages.enquiry import EnquiryCollated, LateInformationReceived
from mash_shared.testing import Desk, heard
from mash_shared.vocabulary import ReplyState
from support.rounds import (
    AGENCIES,
    ELDER,
    HANDLERS,
    HEALTH,
    POLICE,
    YOUNGER,
    amend,
    answer,
    answered,
    named,
    opened,
    request,
)

pytestmark = pytest.mark.rule("N11")
WORDS = "Younger was at the arcade with a knife."
APART = (YOUNGER.child_id,)
ABOUT = (ELDER.child_id, YOUNGER.child_id)


def _tell(
    desk: Desk[Enquiry], about: tuple[str, ...] = ABOUT, reply: str = "police-1", nth: int = 1
) -> tuple[Message, ...]:
    """Have the police say something in words."""
    fact = Fact(
        fact_id="f-1",
        about=("c1-1",),
        handling="professionals_only",
        text=WORDS,
        relevance="He was not alone.",
    )
    said = Answer(reply_id=reply, state="information", facts=(fact,), analysis="It was late.")
    asked = answered(POLICE, request(POLICE, nth), about, reply).model_copy(update={"answer": said})
    return desk.do(heard(HANDLERS.record_reply, asked))


def _shown(desk: Desk[Enquiry]) -> str:
    return EnquiryShown.of(desk.aggregate, 1).model_dump_json()


def _of_police(desk: Desk[Enquiry]) -> object:
    return desk.aggregate.states[POLICE][ELDER.child_id]


def test_an_answer_about_both_is_shown_here_no_more_and_asked_for_anew() -> None:
    desk = opened(ELDER, YOUNGER)
    _tell(desk)
    assert WORDS in _shown(desk)
    said = amend(desk, 3, ELDER, apart=APART)
    assert WORDS not in _shown(desk)
    assert named(said, AgencyCheckRequested) == {request(POLICE, 2): [ELDER.child_id]}
    assert _of_police(desk) is None, "it is waited for"
    assert desk.aggregate.slots[POLICE].rounds[0].replies, "the ledger keeps what was said"
    answer(desk, HEALTH, ELDER)
    (collated,) = answer(desk, POLICE, ELDER, nth=2)
    assert isinstance(collated, EnquiryCollated)
    assert collated.reply_ids == ("police-2", "health-1")


def test_a_record_that_held_such_an_answer_is_made_anew() -> None:
    desk = opened(ELDER, YOUNGER)
    _tell(desk)
    answer(desk, HEALTH, ELDER, YOUNGER)
    assert desk.aggregate.record == 1
    amend(desk, 3, ELDER, apart=APART)
    (collated,) = answer(desk, POLICE, ELDER, nth=2)
    assert isinstance(collated, EnquiryCollated)
    assert (collated.record, collated.reply_ids) == (2, ("police-2", "health-1"))


def test_an_answer_that_crossed_the_split_is_kept_out_and_is_no_late_news() -> None:
    desk = opened(ELDER, YOUNGER)
    amend(desk, 3, ELDER, apart=APART)
    said = _tell(desk)
    assert named(said, AgencyCheckRequested) == {request(POLICE, 2): [ELDER.child_id]}
    assert WORDS not in _shown(desk)
    answer(desk, POLICE, ELDER, nth=2)
    answer(desk, HEALTH, ELDER)
    again = _tell(desk, reply="police-1b")
    assert not [one for one in again if isinstance(one, LateInformationReceived)]
    assert desk.aggregate.late_replies == []
    assert WORDS not in _shown(desk)


def test_an_answer_that_the_agency_gives_anew_about_who_stayed_is_shown() -> None:
    desk = opened(ELDER, YOUNGER)
    _tell(desk)
    amend(desk, 3, ELDER, apart=APART)
    _tell(desk, (ELDER.child_id,), "police-1b")
    assert WORDS in _shown(desk)


def test_a_second_answer_without_words_holds_and_nobody_is_asked_anew() -> None:
    desk = opened(ELDER, YOUNGER)
    _tell(desk)
    amend(desk, 3, ELDER, apart=APART)
    said = answer(desk, POLICE, ELDER, YOUNGER, reply="police-1b")
    (stopped,) = said
    assert isinstance(stopped, AgencyCheckCancelled)
    assert stopped.request_id == request(POLICE, 2)
    assert desk.aggregate.slots[POLICE].outstanding is None
    assert _of_police(desk) == ReplyState.NOTHING_KNOWN


def test_what_names_nobody_in_words_and_who_was_struck_ask_nothing_anew() -> None:
    desk = opened(ELDER, YOUNGER)
    for agency in AGENCIES:
        answer(desk, agency, ELDER, YOUNGER)
    assert not named(amend(desk, 3, ELDER, apart=APART), AgencyCheckRequested)
    struck = opened(ELDER, YOUNGER)
    _tell(struck)
    assert not named(amend(struck, 3, ELDER), AgencyCheckRequested)


def test_where_nobody_may_ask_any_more_it_is_kept_out_all_the_same() -> None:
    desk = opened(ELDER, YOUNGER)
    _tell(desk)
    assert not named(amend(desk, 3, ELDER, apart=APART, may_ask=False), AgencyCheckRequested)
    assert WORDS not in _shown(desk)
