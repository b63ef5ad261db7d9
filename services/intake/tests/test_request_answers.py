"""What is answered of each child whom a request names, known or not (M4, M8, M9)."""

from dataclasses import replace
from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.domain.ending import Ended
from intake.domain.found import RecordKind, Tie
from intake.domain.likeness import Certainty
from intake.domain.search import found_for
from intake.domain.task import AnswerMissingError
from mash_shared.testing import Desk
from mash_shared.vocabulary import FieldRefusedError, NotInPolicyError
from support.front_door import found, fresh, indexed
from support.requests import (
    NOT_KNOWN,
    ONLY_KNOWN,
    PRISON,
    PROBATION,
    REPORT,
    RESPONSE,
    STATUTORY,
    VIEW,
    answer,
    asked,
    do,
    of,
    said,
    to_prison,
)

TOBIAS = {"full_name": "Tobias Fenwick-Adair"}
WREN = {"full_name": "Wren Hallaway"}
KNOWN = {"known": "known", "text": "She was helped in 2024."}


def _asked(*children: dict[str, Any], request: dict[str, Any] = PRISON) -> Desk[Contact]:
    desk = asked(request, children=list(children) or [{}])
    for duty in ("review_and_record", "record_shared_information"):
        if any(task.of == duty for task in desk.aggregate.tasks):
            do(desk, duty)
    return desk


def _without(whole: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in whole.items() if name not in names}


@pytest.mark.rule("M8", "M9")
@pytest.mark.parametrize("known", ["known", "previously"])
def test_a_known_child_is_reported_on_and_an_unknown_one_viewed_in_one_answer(known: str) -> None:
    desk = _asked(TOBIAS, WREN)
    for children in (
        [of("c1-1", REPORT)],
        [of("c1-2", VIEW)],
        [of("c1-1", REPORT), of("c1-1", REPORT)],
        [of("c1-1", REPORT), of("c1-2", VIEW), of("c9-1", VIEW)],
        [of("unnamed", VIEW)],
    ):
        with pytest.raises(FieldRefusedError, match="answer each of c1-1, c1-2 once"):
            answer(desk, **to_prison(*children))
    with pytest.raises(AnswerMissingError, match="view_on_contact and referral_advised of c1-2"):
        answer(desk, **to_prison(of("c1-1", REPORT), of("c1-2", NOT_KNOWN)))
    answer(desk, **to_prison(of("c1-1", REPORT | {"known": known}), of("c1-2", VIEW)))
    contact = desk.aggregate
    assert contact.ending is not None
    assert contact.ending.ended_as is Ended.ANSWERED
    lines = [(line.what, line.about) for line in contact.disclosures if "c1-" in line.about]
    assert lines == [
        (known, "c1-1"),
        ("best_interests_report", "c1-1"),
        ("identity_verified", "c1-1"),
        ("not_known", "c1-2"),
        ("view_on_contact", "c1-2"),
        ("referral_advised", "c1-2"),
    ]


@pytest.mark.rule("M8", "M9")
@pytest.mark.parametrize(
    ("child", "says"),
    [
        (_without(REPORT, "best_interests_report"), "say best_interests_report of c1-1"),
        (_without(REPORT, "identity_verified"), "say identity_verified of c1-1"),
        ({"known": "previously"}, "say best_interests_report and identity_verified of c1-1"),
        (_without(VIEW, "view_on_contact"), "say view_on_contact of c1-1"),
        (_without(VIEW, "referral_advised"), "say referral_advised of c1-1"),
    ],
)
def test_the_prison_is_told_more_of_a_child_who_is_known(child: dict[str, Any], says: str) -> None:
    with pytest.raises(AnswerMissingError, match=says):
        answer(_asked(TOBIAS), **to_prison(of("c1-1", child)))


@pytest.mark.rule("M4", "M8", "M9")
@pytest.mark.parametrize("more", [{"text": "A note."}, _without(REPORT, "known")])
def test_of_an_unknown_child_nothing_is_told_as_if_it_were_on_record(more: dict[str, Any]) -> None:
    with pytest.raises(FieldRefusedError, match=f"leave out {' and '.join(more)} of c1-1"):
        answer(_asked(TOBIAS), **to_prison(of("c1-1", VIEW | more)))


@pytest.mark.rule("M9")
def test_where_no_child_is_named_the_prison_has_a_view_on_whatever_child_there_may_be() -> None:
    desk = _asked()
    with pytest.raises(FieldRefusedError, match="answer each of unnamed once"):
        answer(desk, **to_prison(children=[]))
    answer(desk, **to_prison())
    about = {line.about for line in desk.aggregate.disclosures}
    assert len(about) == 1


@pytest.mark.rule("M8", "M9", "M10")
@pytest.mark.parametrize(
    ("request_", "of_unknown"), [(PROBATION, VIEW), (STATUTORY, NOT_KNOWN)], ids=lambda one: ""
)
def test_who_else_asks_has_what_the_case_says_of_one_child_and_a_view_of_the_other(
    request_: dict[str, Any], of_unknown: dict[str, Any]
) -> None:
    desk = _asked(TOBIAS, WREN, request=request_)
    with pytest.raises(AnswerMissingError, match="say text of c1-1, who is known"):
        answer(desk, children=[of("c1-1", {"known": "known"}), of("c1-2", of_unknown)])
    if of_unknown is VIEW:
        with pytest.raises(AnswerMissingError, match="view_on_contact and referral_advised"):
            answer(desk, children=[of("c1-1", KNOWN), of("c1-2", NOT_KNOWN)])
    answer(desk, children=[of("c1-1", KNOWN), of("c1-2", of_unknown)])
    assert desk.aggregate.ending is not None


@pytest.mark.rule("M8")
def test_nobody_says_of_a_child_with_a_case_that_they_are_not_known_and_only_of_them() -> None:
    desk = _asked(TOBIAS, WREN)
    desk.do(indexed(found()))
    with pytest.raises(FieldRefusedError, match="say known or previously of c1-1"):
        answer(desk, **to_prison(of("c1-1", VIEW), of("c1-2", VIEW)))
    answer(desk, **to_prison(of("c1-1", REPORT), of("c1-2", VIEW)))


@pytest.mark.rule("M4")
def test_who_asks_only_whether_they_are_known_is_told_that_of_each_child_and_no_more() -> None:
    desk = _asked(TOBIAS, WREN, request=ONLY_KNOWN)
    with pytest.raises(FieldRefusedError, match="leave out text of c1-1"):
        answer(desk, duties=(), children=[of("c1-1", KNOWN), of("c1-2", NOT_KNOWN)])
    each = [of("c1-1", {"known": "known"}), of("c1-2", NOT_KNOWN)]
    with pytest.raises(FieldRefusedError, match="something is on record of them"):
        answer(desk, known="not_known", duties=(), children=each)
    answer(desk, duties=(), children=each)
    assert [line.what for line in desk.aggregate.disclosures] == ["known", "known", "not_known"]


@pytest.mark.rule("M7", "M9")
def test_nothing_is_disclosed_of_a_child_who_is_not_known_or_from_another_familys_record() -> None:
    desk = _asked(TOBIAS, WREN, request=STATUTORY)
    family = found(record_id="c0", kind=RecordKind.CONTACT, tie=Tie.FAMILY, child_id=None)
    desk.do(indexed(found(), family))
    each = [of("c1-1", KNOWN), of("c1-2", NOT_KNOWN)]
    for about in ("c1-2", "c0"):
        told = {"about": about, "text": "She has moved.", "basis": "public_task"}
        with pytest.raises(NotInPolicyError, match=r"disclosed\.about"):
            answer(desk, children=each, disclosed=[told])
    told = {"about": "LCS-1", "text": "He has a worker.", "basis": "public_task"}
    answer(desk, children=each, disclosed=[told])
    assert desk.aggregate.disclosures[-1].about == "LCS-1"


@pytest.mark.rule("M4", "M8")
def test_an_earlier_contact_makes_known_whom_it_names_and_no_other_child() -> None:
    earlier = fresh(id_="c0", children=[TOBIAS | {"date_of_birth": "2016-05-02"}]).aggregate
    named = TOBIAS | {"date_of_birth": "2016-05-02"}
    about = {"full_name": "Orla Fenwick", "date_of_birth": "1988-01-02"}
    later = fresh(id_="c1", **said(STATUTORY, children=[named, WREN], asked_about=about))
    (one,) = found_for(later.aggregate, (), [earlier])
    assert (one.of_children, one.of_subject) == (("c1-1",), False)
    later.do(indexed(replace(one, certainty=Certainty.CERTAIN)))
    with pytest.raises(FieldRefusedError, match="of c1-1: they are on record"):
        answer(later, children=[of("c1-1", NOT_KNOWN), of("c1-2", NOT_KNOWN)])
    answer(later, known="not_known", children=[of("c1-1", KNOWN), of("c1-2", NOT_KNOWN)])


@pytest.mark.rule("M4")
def test_whom_a_request_is_about_is_known_where_the_childs_earlier_contact_names_them() -> None:
    rook = {"full_name": "Barnaby Rook", "date_of_birth": "1981-07-02"}
    named = TOBIAS | {"date_of_birth": "2016-05-02"}
    earlier = fresh(id_="c0", children=[named], alleged_perpetrators=[rook]).aggregate
    later = fresh(id_="c1", **said(PRISON, children=[named], asked_about=rook)).aggregate
    (one,) = found_for(later, (), [earlier])
    assert one.of_subject


@pytest.mark.rule("M7")
def test_what_is_given_in_answer_is_said_to_each_duty() -> None:
    desk = _asked(TOBIAS)
    with pytest.raises(FieldRefusedError, match="duties must answer each of respond_with"):
        answer(desk, **to_prison(of("c1-1", REPORT), duties=RESPONSE))
