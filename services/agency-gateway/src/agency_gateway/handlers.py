"""Between the hub and one agency: hand over what is asked, take back what is said."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime

from agency_gateway.domain import Request, check_envelope
from mash_shared.keeping import hash_of
from mash_shared.messages import Message
from mash_shared.messages.agency_check import (
    AgencyCancellation,
    AgencyCheckAnswered,
    AgencyCheckCancelled,
    AgencyCheckRequested,
    AgencyReply,
    AgencyRequest,
)
from mash_shared.people import Answer


@dataclass(frozen=True, slots=True)
class GatewayHandlers:
    """The two directions of one agency's traffic."""

    def hand_over(self, request: Request, requested: AgencyCheckRequested) -> Iterator[Message]:
        """Check the lawful basis and hand the request to the agency, once (I3)."""
        if request.asked_at is not None or request.taken_back_at is not None:
            return
        check_envelope(requested.lawful_basis)
        request.contact_id = requested.contact_id
        request.council = requested.council
        request.urgency = requested.urgency
        request.enquiry_id = requested.enquiry_id
        request.agency = requested.agency
        request.reply_by = requested.reply_by
        request.asked_by = requested.coordinating_social_worker
        request.child_ids = tuple(child.child_id for child in requested.family.children)
        asked = AgencyRequest(**dict(requested), request_hash="unsigned")
        fields = asked.model_dump(mode="json", exclude={"request_hash"}, exclude_none=True)
        signed = asked.model_copy(update={"request_hash": hash_of(fields)})
        request.hand_over(signed.copied(), requested.occurred_at)
        yield signed

    def take_back(self, request: Request, cancelled: AgencyCheckCancelled) -> Iterator[Message]:
        """Take a request back, and tell the agency if it has it already (D15)."""
        if request.taken_back_at is not None:
            return
        request.taken_back_at = cancelled.occurred_at
        if request.asked_at is not None:
            yield AgencyCancellation(**dict(cancelled))

    def take_reply(
        self, request: Request, reply: AgencyReply, *, at: datetime
    ) -> Iterator[Message]:
        """Check a reply, write the disclosure ledger and pass it to the hub (G2, G3).

        What counts is when it arrived (`at`); the agency's own clock proves nothing.
        """
        answer = Answer(**{field.name: getattr(reply, field.name) for field in fields(Answer)})
        if not request.disclose(answer, copied=reply.copied(), at=at):
            return
        yield AgencyCheckAnswered(
            contact_id=request.contact_id,
            council=request.council,
            urgency=request.urgency,
            occurred_at=at,
            request_id=request.id,
            enquiry_id=request.enquiry_id,
            agency=request.agency,
            answer=answer,
        )
