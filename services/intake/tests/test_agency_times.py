"""A shorter time for one agency in one case, by whom the council lets give it (G7)."""

from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.domain.refusals import AlreadyDoneError
from intake.forms.gate import SetTimes
from mash_shared.messages.enquiry import EnquiryAmended, EnquiryAuthorised
from mash_shared.testing import Desk, acted, send_twice
from mash_shared.vocabulary import (
    FieldRefusedError,
    NotEntitledError,
    NotInPolicyError,
    NotKnownError,
    Role,
)
from support.front_door import HANDLERS as H
from support.front_door import asking, recorded, staff

HEAD = staff(Role.HEAD_OF_MASH, council="redbridge")
WORKER = staff(Role.SOCIAL_WORKER, council="redbridge")
pytestmark = pytest.mark.rule("G7")


def _let_out(**more: Any) -> tuple[Desk[Contact], EnquiryAuthorised]:
    desk = recorded("redbridge")
    (said,) = desk.do(acted(H.authorise_enquiry, asking(**more), HEAD))
    assert isinstance(said, EnquiryAuthorised)
    return desk, said


def _times(minutes: int | None, agency: str = "police") -> SetTimes:
    times = [{"agency": agency, "minutes": minutes}]
    return SetTimes.model_validate({"times": times, "reason": "He is released at noon."})


def test_whoever_lets_an_enquiry_out_gives_times_with_it() -> None:
    _, said = _let_out(times=[{"agency": "police", "minutes": 45}])
    assert said.times == {"police": 45}


def test_set_times_twice_tells_whoever_asks_once_and_every_time_stays_on_record() -> None:
    desk, _ = _let_out()
    (told,) = send_twice(desk, acted(H.set_times, _times(30), HEAD))
    assert isinstance(told, EnquiryAmended)
    assert told.times == {"police": 30}
    with pytest.raises(AlreadyDoneError, match="this time already"):
        desk.do(acted(H.set_times, _times(30), HEAD))
    (told,) = desk.do(acted(H.set_times, _times(None), HEAD))
    assert isinstance(told, EnquiryAmended)
    assert told.times == {}
    authorisation = desk.aggregate.authorisation
    assert authorisation is not None
    assert [one.minutes for one in authorisation.times] == [30, None]
    assert {one.why for one in authorisation.times} == {"He is released at noon."}


def test_of_each_agency_the_newest_times_are_kept() -> None:
    desk, _ = _let_out()
    desk.do(acted(H.set_times, _times(20, "health"), HEAD))
    for minutes in range(30, 40):
        desk.do(acted(H.set_times, _times(minutes), HEAD))
    authorisation = desk.aggregate.authorisation
    assert authorisation is not None
    assert authorisation.minutes == {"police": 39, "health": 20}
    assert len(authorisation.times) == 6


def test_nobody_else_gives_times_and_where_the_policy_names_no_role_nobody_does() -> None:
    desk, _ = _let_out()
    with pytest.raises(NotEntitledError, match="Only head_of_mash may set the time"):
        desk.do(acted(H.set_times, _times(30), WORKER))
    with pytest.raises(NotEntitledError, match="names no role"):
        HEAD.must_be_one_of((), "set the time of an agency for a case")


def test_letting_out_is_no_right_to_give_times() -> None:
    desk = recorded("lewisham")
    lets_out = staff(Role.SOCIAL_WORKER, council="lewisham")
    timed = asking(times=[{"agency": "police", "minutes": 30}])
    with pytest.raises(NotEntitledError, match="Only mash_manager may set the time"):
        desk.do(acted(H.authorise_enquiry, timed, lets_out))
    desk.do(acted(H.authorise_enquiry, asking(), lets_out))


def test_a_time_is_of_an_agency_that_is_asked_and_shorter_than_its_own() -> None:
    desk = recorded("redbridge")
    with pytest.raises(NotKnownError, match="No enquiry"):
        desk.do(acted(H.set_times, _times(30), HEAD))
    desk, _ = _let_out()
    with pytest.raises(NotInPolicyError):
        desk.do(acted(H.set_times, _times(30, "housing"), HEAD))
    with pytest.raises(FieldRefusedError, match="shorter"):
        desk.do(acted(H.set_times, _times(7 * 24 * 60), HEAD))
