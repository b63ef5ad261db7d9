"""What people do with a contact: one table of acts, each a POST below the contact."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from intake.api.answers import Answers
from intake.api.parts import ContactShown
from intake.api.staff import FrontDoors
from intake.domain.contact import Contact
from intake.forms.children import SayOneFamily, SplitContact, StrikeChild
from intake.forms.consent import OverrideConsent, SayConsent
from intake.forms.contact import (
    Attachment,
    CheckDemographics,
    CompleteRecord,
    JoinContact,
    TellFamily,
    WrittenFollowUp,
)
from intake.forms.ending import (
    Allocate,
    GiveAdvice,
    HandOver,
    Oversee,
    Reroute,
    SignOffEnding,
    Signpost,
)
from intake.forms.form import Form, Note
from intake.forms.gate import AuthoriseEnquiry, ChangeCoordinator, SendForDecision, SetTimes
from intake.forms.glass import BreakGlass, ReviewGlass
from intake.forms.match import AnswerPrompt, DecideMatch
from intake.forms.request import AnswerRequest, RaiseConcern
from intake.forms.task import AcceptTask, CallBack, CompleteTask, Placement
from intake.handlers import IntakeHandlers
from mash_shared.act import Act
from mash_shared.http.access import act
from mash_shared.http.api import Asking, router, tagged
from mash_shared.messages import Message

Handler = Callable[[Contact, Act, Any], Iterable[Message]]
Line = tuple[str, Handler, type[Form]]


def acts(handlers: IntakeHandlers) -> Iterator[Line]:
    """Give the table: the path below the contact, what it does, and the form it takes."""
    yield from (
        ("demographic-check", handlers.check_demographics, CheckDemographics),
        ("completion", handlers.complete_record, CompleteRecord),
        ("written-follow-up", handlers.add_written_follow_up, WrittenFollowUp),
        ("joining", handlers.join_contact, JoinContact),
        ("attachments", handlers.attach, Attachment),
        ("family-told", handlers.tell_family, TellFamily),
        ("consent", handlers.say_consent, SayConsent),
        ("consent-override", handlers.override_consent, OverrideConsent),
        ("consent-withdrawal", handlers.withdraw_consent, Note),
        ("family-discussion", handlers.return_for_discussion, Note),
        ("match-decisions", handlers.decide_match, DecideMatch),
        ("assessment-prompt", handlers.answer_prompt, AnswerPrompt),
        ("ending-sign-off", handlers.sign_off_ending, SignOffEnding),
        ("day-acceptance", handlers.accept_by_day, Note),
        ("child-strike", handlers.strike_child, StrikeChild),
        ("one-family", handlers.say_one_family, SayOneFamily),
        ("split", handlers.split_contact, SplitContact),
        ("oversight", handlers.oversee, Oversee),
        ("hand-over", handlers.hand_over, HandOver),
        ("rerouting", handlers.reroute, Reroute),
        ("allocation", handlers.allocate, Allocate),
        ("signposting", handlers.signpost, Signpost),
        ("advice", handlers.give_advice, GiveAdvice),
        ("return-to-referrer", handlers.return_to_referrer, Note),
        ("enquiry-authorisation", handlers.authorise_enquiry, AuthoriseEnquiry),
        ("coordinator", handlers.change_coordinator, ChangeCoordinator),
        ("agency-times", handlers.set_times, SetTimes),
        ("decision-request", handlers.send_for_decision, SendForDecision),
        ("call-back", handlers.ask_for_call_back, CallBack),
        ("task-acceptance", handlers.accept_task, AcceptTask),
        ("task-completion", handlers.complete_task, CompleteTask),
        ("placement", handlers.place_mother_and_baby, Placement),
        ("answer", handlers.answer_request, AnswerRequest),
        ("concern", handlers.raise_concern, RaiseConcern),
        ("break-glass", handlers.break_glass, BreakGlass),
        ("break-glass-review", handlers.review_glass, ReviewGlass),
    )


def act_routes(doors: FrontDoors, handlers: IntakeHandlers, answers: Answers) -> APIRouter:
    """Build a route for each line of the table."""
    routes = router()
    add_acts(routes, acts(handlers), partial(_route, doors, answers), ContactShown)
    return routes


def add_acts(
    routes: APIRouter,
    table: Iterable[Line],
    route: Callable[[Handler, type[Form]], Callable[..., Any]],
    shown: type[BaseModel],
) -> None:
    """Add a POST below the contact for each line of a table; `route` gives what answers it."""
    for path, handler, form in table:
        routes.add_api_route(
            f"/contacts/{{contact_id}}/{path}",
            route(handler, form),
            methods=["POST"],
            summary=handler.__name__.replace("_", " ").capitalize(),
            description=handler.__doc__,
            operation_id=handler.__name__,
            response_model=shown,
        )


def _route(
    doors: FrontDoors, answers: Answers, handler: Handler, kind: type[Form]
) -> Callable[..., Any]:
    @act(handler)
    async def acted(
        contact_id: str,
        form: kind,  # type: ignore[valid-type]
        ask: Asking,
        response: Response,
    ) -> ContactShown:
        done = await doors.perform(handler, contact_id, form, ask)
        contact = await answers.after(done, ask)
        tagged(response, contact.version)
        return contact

    return acted
