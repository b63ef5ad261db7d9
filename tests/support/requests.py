"""Requests made to the hub, and answers to them; everybody is invented."""

from datetime import datetime
from typing import Any

from intake.domain.contact import Contact
from intake.forms.request import AnswerRequest
from intake.forms.task import CompleteTask
from mash_shared.messages import Message
from mash_shared.testing import NOW, Desk, acted
from support.front_door import HANDLERS, SOCIAL_WORKER, recorded

PRISON = {"kind": "prison_enquiry", "requester": "prison_service", "subject": "adult"}
STATUTORY = {
    "kind": "statutory_request_for_information",
    "requester": "cafcass",
    "subject": "child",
    "mode": "supporting_information",
}
ONLY_KNOWN = STATUTORY | {"mode": "known_or_not_known"}
PROBATION = {
    "kind": "probation_enquiry",
    "requester": "probation",
    "subject": "adult",
    "mode": "enquiry",
}
NOTIFICATION = PROBATION | {"mode": "notification"}
ELSEWHERE = {
    "kind": "other_local_authority",
    "requester": "other_local_authority",
    "subject": "child",
}
ASSESS = "contribute_to_contact_assessment"
TO_PRISON = (
    {"duty": "respond_with_concerns", "text": "Nothing beside what you told us."},
    {"duty": ASSESS, "text": "As of each child."},
)
VIEW = {"known": "not_known", "view_on_contact": "By letter only.", "referral_advised": "yes"}
REPORT = {
    "known": "known",
    "best_interests_report": "She is safe with her aunt.",
    "identity_verified": "yes",
}
OF_NOBODY = ({"child_id": "unnamed"} | VIEW,)
NOT_KNOWN = {"known": "not_known"}
RESPONSE = ({"duty": "respond", "text": "The family was helped in 2024."},)


def said(request: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Give what a request says beside what every contact does."""
    return {"children": [{}], "request_type": "request_to_the_hub", "request": request} | changes


def asked(request: dict[str, Any], council: str = "havering", **changes: Any) -> Desk[Contact]:
    """Give a request that was recorded and looked up."""
    return recorded(council, **said(request, **changes))


def do(desk: Desk[Contact], duty: str, *, at: datetime = NOW) -> tuple[Message, ...]:
    """Do one duty of a request."""
    done = CompleteTask(task_id=f"duty.{duty}", note="Done.")
    return desk.do(acted(HANDLERS.complete_task, done, SOCIAL_WORKER, at))


def answering(**changes: Any) -> AnswerRequest:
    """Give an answer; by default to a request that asks for one response."""
    form = {"known": "known", "basis": "public_task", "duties": RESPONSE} | changes
    return AnswerRequest.model_validate(form)


def to_prison(*children: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Give what a prison is answered; by default of no child."""
    return {"duties": TO_PRISON, "children": children or OF_NOBODY} | changes


def of(child_id: str, said: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Give what is said of one child."""
    return {"child_id": child_id} | said | changes


def answer(desk: Desk[Contact], *, at: datetime = NOW, **changes: Any) -> tuple[Message, ...]:
    """Answer a request."""
    return desk.do(acted(HANDLERS.answer_request, answering(**changes), SOCIAL_WORKER, at))
