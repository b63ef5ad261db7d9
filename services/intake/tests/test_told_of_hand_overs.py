"""What the referrer has heard of children who were handed over, and of who came back (J6)."""

import pytest

from intake.domain.contact import Contact
from intake.domain.progress import ContactState
from intake.domain.way import ChildWay, Position
from intake.forms.contact import WrittenFollowUp
from intake.forms.ending import GiveAdvice, SignOffEnding
from mash_shared.messages.contact import ContactRecorded, ContactSplit
from mash_shared.messages.notice import NoticeDelivered
from mash_shared.testing import NOW, Desk, acted, heard, sample
from support.cases import POSSIBLE, decide
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, RECORDER, found
from support.front_door import SOCIAL_WORKER as WORKER
from support.siblings import added, handed_over, of, opened, siblings, signed_off
from support.siblings import closed_case as closed


@pytest.mark.rule("J6", "E1")
def test_of_a_child_who_was_handed_over_the_referrer_has_heard_and_of_the_others_not() -> None:
    desk = siblings(closed("c1-1"))
    handed_over(desk)
    told = sample(NoticeDelivered, child_ids=(), passed_on={"c1-1": "to_last_team"})
    (owed,) = of(ContactRecorded, desk.do(heard(H.note_referrer_told, told)))
    assert (owed.child_ids, owed.passed_on) == (("c1-2", "c1-3"), {})
    ways = desk.aggregate.ways
    assert (ways["c1-1"].told_at, ways["c1-2"].told_at) == (told.occurred_at, None)


@pytest.mark.rule("J6", "E1")
def test_news_of_a_hand_over_says_nothing_of_a_child_who_has_come_back() -> None:
    desk = siblings(found(child_id="c1-1", **POSSIBLE))
    decide(desk, same=True)
    signed_off(desk)
    decide(desk, same=False)
    told = sample(NoticeDelivered, child_ids=(), passed_on={"c1-1": "to_allocated_worker"})
    desk.do(heard(H.note_referrer_told, told))
    assert desk.aggregate.owes_news


def test_nobody_comes_back_who_was_not_handed_over() -> None:
    way = ChildWay(child_id="c1-1")
    way.come_back(NOW)
    assert (way.undone, way.position(authorised=False, ended=False)) == ([], Position.NEW)


@pytest.mark.rule("A14", "N11")
def test_a_late_child_of_a_consultation_about_harm_has_a_consultation_of_their_own() -> None:
    desk = siblings(request_type="consultation", significant_harm="yes")
    desk.do(acted(H.give_advice, GiveAdvice(advice="Ask them."), WORKER))
    said = SignOffEnding(agrees=True, reason="Seen.")
    desk.do(acted(H.sign_off_ending, said, MANAGER))
    assert desk.aggregate.ending is not None
    new = opened(added(desk)).aggregate
    assert (new.path, new.is_protection, new.tasks) == ("consultation", True, [])


@pytest.mark.rule("D1", "N11")
def test_a_linked_contact_of_which_nobody_spoke_of_consent_has_none_on_record() -> None:
    split = sample(ContactSplit)
    said = {"facts": split.said["facts"]}
    desk = Desk(Contact, split.contact_id)
    desk.do(heard(H.open_split, split.model_copy(update={"said": said})))
    assert desk.aggregate.consent.said is None


@pytest.mark.rule("A9")
def test_a_written_part_that_says_what_was_said_changes_nothing() -> None:
    desk = siblings()
    before = desk.aggregate.superseded
    form = WrittenFollowUp(received_at=NOW, text=desk.aggregate.facts.concern)
    assert desk.do(acted(H.add_written_follow_up, form, RECORDER)) == ()
    assert desk.aggregate.superseded == before
    assert desk.aggregate.state is ContactState.RECORDED
