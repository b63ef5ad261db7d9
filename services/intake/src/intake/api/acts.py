"""What people do with a contact: one table of acts, each a POST below the contact."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from intake.api.parts import ContactShown, shown
from intake.forms import deciding, recording
from intake.handlers import IntakeHandlers
from mash_shared.act import Act
from mash_shared.http.api import Asking, Doors, router, tagged
from mash_shared.messages import Message

Handler = Callable[[Any, Act, Any], Iterable[Message]]
Line = tuple[str, Handler, type[BaseModel]]


def acts(handlers: IntakeHandlers) -> Iterator[Line]:
    """Give the table: the path below the contact, what it does, and the form it takes."""
    yield from (
        ("demographic-check", handlers.check_demographics, recording.CheckDemographics),
        ("completion", handlers.complete_record, recording.CompleteRecord),
        ("written-follow-up", handlers.add_written_follow_up, recording.WrittenFollowUp),
        ("joining", handlers.join_contact, recording.JoinContact),
        ("attachments", handlers.attach, recording.Attachment),
        ("family-told", handlers.tell_family, recording.TellFamily),
        ("consent", handlers.say_consent, deciding.SayConsent),
        ("consent-override", handlers.override_consent, deciding.OverrideConsent),
        ("consent-withdrawal", handlers.withdraw_consent, deciding.Note),
        ("family-discussion", handlers.return_for_discussion, deciding.Note),
        ("match-decisions", handlers.decide_match, deciding.DecideMatch),
        ("assessment-prompt", handlers.answer_prompt, deciding.AnswerPrompt),
        ("oversight", handlers.oversee, deciding.Oversee),
        ("hand-over", handlers.hand_over, deciding.HandOver),
        ("rerouting", handlers.reroute, deciding.Reroute),
        ("allocation", handlers.allocate, deciding.Allocate),
        ("signposting", handlers.signpost, deciding.Signpost),
        ("advice", handlers.give_advice, deciding.GiveAdvice),
        ("return-to-referrer", handlers.return_to_referrer, deciding.Note),
        ("enquiry-authorisation", handlers.authorise_enquiry, deciding.AuthoriseEnquiry),
        ("decision-request", handlers.send_for_decision, deciding.SendForDecision),
        ("call-back", handlers.ask_for_call_back, deciding.CallBack),
        ("task-acceptance", handlers.accept_task, deciding.AcceptTask),
        ("task-completion", handlers.complete_task, deciding.CompleteTask),
        ("placement", handlers.place_mother_and_baby, deciding.Note),
    )


def act_routes(doors: Doors, handlers: IntakeHandlers) -> APIRouter:
    """Build a route for each line of the table."""
    routes = router()
    for path, handler, form in acts(handlers):
        routes.add_api_route(
            f"/contacts/{{contact_id}}/{path}",
            _route(doors, handlers, handler, form),
            methods=["POST"],
            summary=handler.__name__.replace("_", " ").capitalize(),
            description=handler.__doc__,
            operation_id=handler.__name__,
            response_model=ContactShown,
        )
    return routes


def _route(
    doors: Doors, handlers: IntakeHandlers, handler: Handler, kind: type[BaseModel]
) -> Callable[..., Any]:
    async def act(
        contact_id: str,
        form: kind,  # type: ignore[valid-type]
        ask: Asking,
        response: Response,
    ) -> ContactShown:
        settled = await doors.perform(handler, contact_id, form, ask)
        tagged(response, settled.version)
        return shown(settled.aggregate, settled.version, handlers.packs, ask.person)

    return act
