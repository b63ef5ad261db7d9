"""What the prison is answered about contact with a child, known or not (M8, M9)."""

import pytest

from intake.domain.contact import Contact
from intake.domain.task import CHOICES, AnswerMissingError
from intake.forms.task import CompleteTask
from mash_shared.testing import Desk, acted
from mash_shared.vocabulary import NotInPolicyError
from support.front_door import HANDLERS as H
from support.front_door import SOCIAL_WORKER, recorded

PRISON = {"kind": "prison_enquiry", "requester": "prison_service", "subject": "adult"}
ASSESS = "duty.contribute_to_contact_assessment"


def _asked() -> Desk[Contact]:
    return recorded(children=[{}], request_type="request_to_the_hub", request=PRISON)


def _answer(desk: Desk[Contact], answers: dict[str, str]) -> None:
    done = CompleteTask(task_id=ASSESS, note="Done.", answers=answers)
    desk.do(acted(H.complete_task, done, SOCIAL_WORKER))


def _fitting(name: str) -> str:
    return CHOICES.get(name, ("As agreed.",))[-1]


@pytest.mark.rule("M8", "M9")
@pytest.mark.parametrize(
    ("child_known", "report"), [("yes", True), ("previously", True), ("no", False)]
)
def test_a_child_who_was_known_before_is_reported_on_as_one_who_is(
    child_known: str, *, report: bool
) -> None:
    known = {"best_interests_report": "Safe with her.", "identity_verified": "yes"}
    unknown = {"view_on_contact": "By letter only.", "referral_advised": "no"}
    fitting, other = (known, unknown) if report else (unknown, known)
    desk = _asked()
    with pytest.raises(AnswerMissingError):
        _answer(desk, {"child_known": child_known} | other)
    _answer(desk, {"child_known": child_known} | fitting)


@pytest.mark.rule("M8")
def test_whether_the_child_is_known_is_said_in_one_of_three_words() -> None:
    answers = {"child_known": "Yes!", "view_on_contact": "None.", "referral_advised": "no"}
    with pytest.raises(NotInPolicyError, match="one of no, previously, yes"):
        _answer(_asked(), answers)


@pytest.mark.rule("M8", "M9")
@pytest.mark.parametrize(
    ("answers", "missing"),
    [
        ({}, ("child_known", "view_on_contact", "referral_advised")),
        ({"child_known": "yes"}, ("best_interests_report", "identity_verified")),
        (
            {"child_known": "yes", "view_on_contact": "No.", "referral_advised": "no"},
            ("best_interests_report", "identity_verified"),
        ),
        ({"child_known": "yes", "best_interests_report": "Safe."}, ("identity_verified",)),
        ({"child_known": "no", "referral_advised": "yes"}, ("view_on_contact",)),
    ],
)
def test_the_prison_is_told_more_of_a_child_who_is_known(
    answers: dict[str, str], missing: tuple[str, ...]
) -> None:
    desk = _asked()
    with pytest.raises(AnswerMissingError, match=f"must say {' and '.join(missing)}\\.$"):
        _answer(desk, answers)
    _answer(desk, {name: _fitting(name) for name in missing} | answers)
