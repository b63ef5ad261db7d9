"""What the coordinating social worker reads: every agency asked, and what it said (H7)."""

from datetime import datetime
from typing import Self

from fastapi import FastAPI
from pydantic import BaseModel

from enquiry.domain import Enquiry, Round, Slot
from mash_shared.answers import Answer
from mash_shared.audit.line import Kind
from mash_shared.clocks import Clock
from mash_shared.http.access import Relation, access
from mash_shared.http.api import SignedIn, own, router
from mash_shared.http.service_api import service_api
from mash_shared.plumbing.documents import Store
from mash_shared.policy import Pack, PolicyPacks
from mash_shared.policy.front_door import NightAct
from mash_shared.reminders import sentences
from mash_shared.rights import Right
from mash_shared.service import Parts
from mash_shared.vocabulary import (
    MANAGERS,
    AgencyId,
    ContactId,
    EnquiryId,
    ReplyState,
    Role,
    Urgency,
)


class AnswerShown(BaseModel):
    """What an agency says now, and of which children."""

    about: tuple[str, ...]
    answer: Answer


class AskingShown(BaseModel):
    """One asking of an agency: until when it has, when it had it, of which moments it was reminded.

    `handed_over_at` is by the clock of its gateway (F8), absent while that has not had it.
    """

    request_id: str
    asked_at: datetime
    handed_over_at: datetime | None
    reply_by: datetime
    reminded: list[datetime]

    @classmethod
    def of(cls, asked: Round) -> Self:
        """Show one round."""
        return cls(
            request_id=asked.request_id,
            asked_at=asked.asked_at,
            handed_over_at=asked.handed_over_at,
            reply_by=asked.reply_by,
            reminded=asked.chased,
        )


class ReplyShown(BaseModel):
    """That an agency replied, and when; of one that was returned to it, for what it lacks (G1)."""

    request_id: str
    reply_id: str
    came_at: datetime
    state: ReplyState | None = None
    returned_for: str | None = None


class EnquiryShown(BaseModel):
    """The collated view: no agency is left out, an answer or its absence is shown for each child.

    `replies` are all that came, those that were returned for what they lack among them. An agency
    has an answer of each round in which it was asked; none supersedes another's.
    `reminders` are what is easily overlooked of each child (N1, O13).
    """

    enquiry_id: EnquiryId
    contact_id: ContactId
    version: int
    urgency: Urgency
    coordinating_social_worker: str
    authorised_at: datetime | None
    collated_at: datetime | None
    slots: dict[AgencyId, dict[str, ReplyState | None]]
    asked: dict[AgencyId, list[AskingShown]]
    answers: dict[AgencyId, list[AnswerShown]]
    replies: dict[AgencyId, list[ReplyShown]]
    late_replies: list[str]
    gaps: tuple[AgencyId, ...]
    reminders: dict[str, tuple[str, ...]]
    clocks: list[Clock]

    @classmethod
    def of(cls, enquiry: Enquiry, version: int) -> Self:
        """Show one enquiry."""
        slots = enquiry.slots.items()
        return cls(
            enquiry_id=enquiry.enquiry_id,
            contact_id=enquiry.contact_id,
            version=version,
            urgency=enquiry.urgency,
            coordinating_social_worker=enquiry.coordinating_social_worker,
            authorised_at=enquiry.authorised_at,
            collated_at=enquiry.collated_at,
            slots=enquiry.states,
            asked={agency: [*map(AskingShown.of, slot.rounds)] for agency, slot in slots},
            answers={agency: said for agency, slot in slots if (said := _said(enquiry, slot))},
            replies={agency: came for agency, slot in slots if (came := _came(enquiry, slot))},
            late_replies=enquiry.late_replies,
            gaps=enquiry.gaps if enquiry.collated_at else (),
            reminders={child: sentences(of) for child, of in enquiry.reminders.items()},
            clocks=enquiry.clocks,
        )


def _said(enquiry: Enquiry, slot: Slot) -> list[AnswerShown]:
    """Give what an agency says of the children of the enquiry; of others nothing is shown."""
    about = slot.about(enquiry.child_ids)
    return [AnswerShown(about=one.child_ids, answer=one.answer) for one in about if one.answer]


def _came(enquiry: Enquiry, slot: Slot) -> list[ReplyShown]:
    """Give every reply of an agency that it was asked for about these children, as they came."""
    came = []
    for one in slot.about(enquiry.child_ids):
        asked = {"request_id": one.request_id}
        came += [
            ReplyShown(**asked, reply_id=line.reply_id, came_at=line.filed_at, state=line.state)
            for line in one.replies
        ]
        came += [
            ReplyShown(
                **asked, reply_id=back.reply_id, came_at=back.returned_at, returned_for=back.code
            )
            for back in one.returned
        ]
    return sorted(came, key=lambda one: one.came_at)


def readers(pack: Pack) -> set[Role]:
    """Who reads an enquiry: whoever coordinates, manages, or goes by it at night (S1, O9)."""
    lent = pack.out_of_hours.acts
    on_duty = {pack.out_of_hours.role} if GOING_BY_IT & {*lent} else set()
    return {*pack.gate.coordinator_roles, *MANAGERS, *on_duty}


GOING_BY_IT = {NightAct.AUTHORISE_ENQUIRY, NightAct.RECOMMEND, NightAct.DECIDE}
"""What the duty team does who has to know what the agencies said."""
READ = Right(readers, "read an enquiry")


def enquiry_api(parts: Parts, store: Store[Enquiry], packs: PolicyPacks) -> FastAPI:
    """Build the API: read."""
    routes = router()

    @routes.get("/enquiries/{enquiry_id}")
    @access(Kind.READ, Relation.CASE, READ)
    async def read_enquiry(enquiry_id: str, person: SignedIn) -> EnquiryShown:
        """Read one enquiry of the person's own council."""
        found = await own(store, enquiry_id, person)
        return EnquiryShown.of(*found)

    title, what = "MASH enquiry", "What the agencies said."
    return service_api(title, what, parts, store, packs, routes)
