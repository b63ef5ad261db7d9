"""Between the hub and one agency: hand over what is asked, take back what is said."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime

from agency_gateway.domain import Request, check_envelope
from mash_shared.keeping import hash_of
from mash_shared.messages import Message
from mash_shared.messages.agency_check import (
    AgencyAmendment,
    AgencyCancellation,
    AgencyCheckAmended,
    AgencyCheckAnswered,
    AgencyCheckCancelled,
    AgencyCheckRequested,
    AgencyReply,
    AgencyRequest,
    Asked,
)
from mash_shared.people import Answer


@dataclass(frozen=True, slots=True)
class GatewayHandlers:
    """The two directions of one agency's traffic."""

    def hand_over(self, request: Request, requested: AgencyCheckRequested) -> Iterator[Message]:
        """Check the lawful basis and hand the request to the agency, once (I3)."""
        if request.asked_at is not None or request.taken_back_at is not None:
            return
        yield self._give(request, requested, AgencyRequest)

    def amend(self, request: Request, amended: AgencyCheckAmended) -> Iterator[Message]:
        """Tell the agency what its request says now; one it does not have yet it is handed so."""
        if amended.edition <= request.edition or request.taken_back_at is not None:
            return
        first = request.asked_at is None
        yield self._give(request, amended, AgencyRequest if first else AgencyAmendment)

    @staticmethod
    def _give(request: Request, asked: Asked, kind: type[AgencyRequest]) -> Message:
        check_envelope(asked.lawful_basis)
        request.contact_id = asked.contact_id
        request.council = asked.council
        request.urgency = asked.urgency
        request.enquiry_id = asked.enquiry_id
        request.agency = asked.agency
        request.edition = asked.edition
        request.reply_by = asked.reply_by
        request.asked_by = asked.coordinating_social_worker
        request.child_ids = tuple(child.child_id for child in asked.family.children)
        given = kind(**dict(asked), request_hash="unsigned")
        fields = given.model_dump(mode="json", exclude={"request_hash"}, exclude_none=True)
        signed = given.model_copy(update={"request_hash": hash_of(fields)})
        request.hand_over(signed.copied(), asked.occurred_at)
        return signed

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
