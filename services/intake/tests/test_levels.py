"""Levels of risk at the front door: as many as the council has, each by what it is (X11)."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.domain.queue import Queue
from intake.forms.contact import AmendContact
from intake.handlers import IntakeHandlers
from mash_shared.messages import Message
from mash_shared.messages.contact import ContactRecorded, ContactWorkOutstanding
from mash_shared.messages.enquiry import EnquiryAmended, EnquiryAuthorised
from mash_shared.policy import PolicyPacks
from mash_shared.testing import NOW, Desk, acted, heard
from mash_shared.vocabulary import ClockKind, Lane, NotEntitledError, NotInPolicyError, Role
from support.councils import THREE_LEVELS, all_packs
from support.front_door import asking, form, recorded, staff
from support.in_process import face
from support.two_parts import joined

H = IntakeHandlers(all_packs())
RECORDER = staff(Role.BUSINESS_SUPPORT_OFFICER, council=THREE_LEVELS)
TRIAGE = staff(Role.SOCIAL_WORKER, council=THREE_LEVELS)
MANAGER = staff(Role.MASH_MANAGER, council=THREE_LEVELS, id_="p-5")
NIGHT, LATER = NOW.replace(hour=23), NOW + timedelta(minutes=5)
LEVELS = ["emerging", "serious", "immediate"]


def _at(level: str, **changes: Any) -> Desk[Contact]:
    return recorded(THREE_LEVELS, handlers=H, urgency=level, **changes)


def _regrade(
    desk: Desk[Contact], level: str, by: Any = TRIAGE, at: datetime = LATER
) -> tuple[Message, ...]:
    said = AmendContact.model_validate({"why": "Looked at again.", "urgency": level})
    return desk.do(acted(H.amend_contact, said, by, at))


@pytest.mark.rule("X11", "R1")
@pytest.mark.parametrize("level", LEVELS)
def test_a_contact_has_the_level_it_was_sent_with_and_that_level_s_lane(level: str) -> None:
    desk = Desk(Contact, "c1")
    told = desk.do(acted(H.record_contact, form(urgency=level), RECORDER))
    red = level == "immediate"
    assert (desk.aggregate.urgency, desk.aggregate.is_protection) == (level, red)
    (news,) = (one for one in told if isinstance(one, ContactRecorded))
    assert (news.urgency, news.lane) == (level, "red" if red else "amber")
    assert (".red." in news.topic_name) is red
    assert (Queue.ALLOCATION in desk.aggregate.waiting) is red


@pytest.mark.rule("X11")
def test_a_level_that_the_council_does_not_have_is_refused_by_name() -> None:
    desk, wrong = Desk(Contact, "c1"), form(urgency="red")
    with pytest.raises(NotInPolicyError, match="emerging, immediate, serious") as refused:
        desk.do(acted(H.record_contact, wrong, RECORDER))
    assert refused.value.field == "urgency"
    assert desk.raw is None
    with pytest.raises(NotInPolicyError, match="urgency must be one of"):
        _regrade(_at("serious"), "amber")


@pytest.mark.rule("X11", "R1")
@pytest.mark.parametrize(("graver", "less"), [(LEVELS[1], LEVELS[0]), (LEVELS[2], LEVELS[1])])
def test_every_step_down_is_for_whoever_sorts_and_every_step_up_for_all(
    graver: str, less: str
) -> None:
    desk = _at(less)
    _regrade(desk, graver, RECORDER)
    with pytest.raises(NotEntitledError):
        _regrade(desk, less, RECORDER)
    _regrade(desk, less, MANAGER if desk.aggregate.is_protection else TRIAGE)
    assert desk.aggregate.urgency == less


@pytest.mark.rule("X11", "J9")
def test_promises_follow_every_step_of_the_level() -> None:
    desk, due = _at("emerging"), []
    for level in ("emerging", "serious", "immediate"):
        _regrade(desk, level)
        clock = desk.aggregate.clock(ClockKind.ALLOCATION)
        due.append(clock.lasts if clock else None)
    assert due == [None, None, "30 minutes"]


@pytest.mark.rule("A9", "X11")
@pytest.mark.parametrize(("ours", "theirs"), [(LEVELS[0], LEVELS[1]), (LEVELS[2], LEVELS[1])])
def test_two_contacts_that_are_one_have_the_graver_level_of_the_two(ours: str, theirs: str) -> None:
    desk = recorded(THREE_LEVELS, handlers=H, id_="c0", urgency=ours, written_part_follows=True)
    part = joined(urgency="amber").model_copy(update={"urgency": theirs, "council": THREE_LEVELS})
    desk.do(heard(H.take_in_joined, part))
    assert desk.aggregate.urgency == max(ours, theirs, key=LEVELS.index)
    assert desk.aggregate.lane == H.packs.of(THREE_LEVELS).lane_of(desk.aggregate.urgency)


@pytest.mark.rule("X5", "O9", "X11")
def test_what_is_of_the_red_lane_stands_with_the_duty_team_whatever_it_is_called() -> None:
    for level in LEVELS:
        desk = Desk(Contact, "c1")
        desk.do(acted(H.record_contact, form(urgency=level, received_at=NIGHT), RECORDER, NIGHT))
        assert (Queue.OUT_OF_HOURS in desk.aggregate.waiting) is (level == "immediate")


@pytest.mark.rule("O9", "X5")
def test_a_lower_level_takes_no_harm_from_the_duty_team() -> None:
    desk = Desk(Contact, "c1")
    said = form(urgency="immediate", significant_harm="yes", received_at=NIGHT)
    desk.do(acted(H.record_contact, said, RECORDER, NIGHT))
    _regrade(desk, "serious", at=NIGHT + timedelta(minutes=5))
    assert Queue.OUT_OF_HOURS in desk.aggregate.waiting
    _regrade(desk, "immediate", at=NIGHT + timedelta(hours=11))
    assert Queue.OUT_OF_HOURS in desk.aggregate.waiting, "nobody of the day has taken it over"


@pytest.mark.rule("X11")
def test_an_enquiry_goes_out_by_its_level_and_is_told_when_that_changes() -> None:
    desk = _at("emerging")
    (out, *_) = desk.do(acted(H.authorise_enquiry, asking(), MANAGER))
    assert isinstance(out, EnquiryAuthorised)
    assert (out.urgency, out.lane, out.topic_name) == ("emerging", "amber", EnquiryAuthorised.topic)
    assert out.agencies == ("police", "health")
    (told, *_) = _regrade(desk, "serious")
    assert isinstance(told, EnquiryAmended)
    assert (told.urgency, told.lane) == ("serious", "amber")


@pytest.mark.rule("X5", "O9")
def test_a_request_of_the_red_lane_cannot_wait_though_it_is_not_about_protection() -> None:
    asked = {"kind": "prison_enquiry", "requester": "prison_service", "subject": "adult"}
    for level in LEVELS:
        desk = Desk(Contact, "c1")
        said = form(urgency=level, request_type="request_to_the_hub", request=asked)
        desk.do(acted(H.record_contact, said, RECORDER, NIGHT))
        assert not desk.aggregate.is_protection
        assert desk.aggregate.out_of_hours is (level == "immediate")


@pytest.mark.rule("N18", "X11")
def test_the_red_lane_ranks_a_family_higher_whatever_its_level_is_called() -> None:
    assert [_at(level).aggregate.harm_level for level in LEVELS] == [0, 0, 2]


def _stricter() -> IntakeHandlers:
    """Give handlers by a policy in which serious harm has come to be of the red lane."""
    pack = H.packs.of(THREE_LEVELS)
    serious = pack.risk_levels["serious"].model_copy(update={"lane": Lane.RED})
    levels = {**pack.risk_levels, "serious": serious}
    stricter = pack.model_copy(update={"risk_levels": levels})
    return IntakeHandlers(PolicyPacks({THREE_LEVELS: stricter}))


@pytest.mark.rule("X11")
def test_a_level_goes_by_the_lane_that_the_policy_of_the_moment_gives_it() -> None:
    desk = _at("serious")
    said = desk.do(acted(_stricter().authorise_enquiry, asking(), MANAGER))
    assert [one.lane for one in said if isinstance(one, EnquiryAuthorised)] == ["red"]
    assert desk.aggregate.is_protection


@pytest.mark.rule("X11")
def test_a_lane_that_changed_is_told_to_whoever_knows_the_old_one() -> None:
    desk = _at("serious", significant_harm="yes")
    desk.do(acted(H.authorise_enquiry, asking(), MANAGER))
    said = AmendContact.model_validate({"why": "Not said before.", "threshold_level": "4"})
    told = desk.do(acted(_stricter().amend_contact, said, TRIAGE, LATER))
    assert {type(one): one.lane for one in told} == {
        EnquiryAmended: "red", ContactRecorded: "red", ContactWorkOutstanding: "red",
    }  # fmt: skip


@pytest.mark.rule("R1", "R2", "R3")
async def test_a_form_can_be_given_the_levels_and_what_each_means(tmp_path: Path) -> None:
    async with face("intake", tmp_path).client(staff(Role.SOCIAL_WORKER)) as client:
        levels = (await client.get("/risk-levels")).json()
    assert [(one["code"], one["name"]) for one in levels] == [("red", "Red"), ("amber", "Amber")]
    assert "immediate or serious harm" in levels[0]["meanings"][0]
    assert "in need" in levels[1]["meanings"][1]
