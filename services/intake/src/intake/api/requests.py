"""What requests made to the hub were answered, and what was disclosed by that (M7)."""

from fastapi import APIRouter
from pydantic import BaseModel

from intake.domain.answer import SUBJECT, Answer, Disclosure, Reopened, Stale
from intake.domain.answer_basis import only_known, records_of, stale, whom
from intake.domain.contact import Contact
from intake.domain.progress import HubRequest
from intake.handlers import IntakeHandlers
from intake.roles import READ_ANSWER
from mash_shared.audit.line import Kind
from mash_shared.http.access import Relation, access
from mash_shared.http.api import SignedIn, own, router
from mash_shared.plumbing.documents import Store
from mash_shared.policy.acts import ChildQuestion, ReverseEnquiry
from mash_shared.vocabulary import NotKnownError


class ToAnswer(BaseModel):
    """Somebody of whom a request is answered: a child, or whom it is about, the `subject`.

    `records` are those that surely are theirs; `stale` says why what was answered of them holds no
    longer. `if_known` and `if_not_known` name what is asked of a child.
    """

    about: str
    records: tuple[str, ...]
    stale: Stale | None
    if_known: tuple[ChildQuestion, ...] = ()
    if_not_known: tuple[ChildQuestion, ...] = ()


class AnswersShown(BaseModel):
    """What a request was answered, the last answer last, and the ledger of what was disclosed.

    `to_answer` names of whom an answer has to say something now. `reopened` tells when an answer
    ceased to hold, of whom and why.
    """

    contact_id: str
    request: HubRequest
    to_answer: list[ToAnswer]
    answers: list[Answer]
    reopened: list[Reopened]
    disclosures: list[Disclosure]


def _to_answer(contact: Contact, policy: ReverseEnquiry) -> list[ToAnswer]:
    ceased = stale(contact, policy)
    children = () if only_known(contact, policy) else whom(contact, policy)
    asked = {"if_known": policy.of_known_child, "if_not_known": policy.of_unknown_child}
    about = dict.fromkeys((SUBJECT, *contact.child_ids, *children, *ceased))
    return [
        ToAnswer(
            about=one,
            records=records_of(contact, one),
            stale=ceased.get(one),
            **(asked if one in children else {}),
        )
        for one in about
    ]


def answer_routes(store: Store[Contact], handlers: IntakeHandlers) -> APIRouter:
    """Build the route that reads answers."""
    routes, packs = router(), handlers.packs

    @routes.get("/contacts/{contact_id}/answer")
    @access(Kind.READ, Relation.CASE, READ_ANSWER)
    async def read_answer(contact_id: str, person: SignedIn) -> AnswersShown:
        """Read what a request was answered, and each line of what was disclosed (M7)."""
        contact, _ = await own(store, contact_id, person)
        if contact.request is None:
            raise NotKnownError("This contact is no request made to the hub.")
        kind = contact.request.kind
        return AnswersShown(
            contact_id=contact.id,
            request=contact.request,
            to_answer=_to_answer(contact, packs.of(contact.council).reverse_enquiries[kind]),
            answers=contact.answers,
            reopened=contact.reopened,
            disclosures=contact.disclosures,
        )

    return routes
