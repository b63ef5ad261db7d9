"""Between the hub and one agency: hand over what is asked, take back what is said."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime

from agency_gateway.domain import (
    Form,
    NothingTakenError,
    Request,
    Returned,
    Said,
    check_envelope,
    contact_of,
)
from mash_shared.answers import Answer
from mash_shared.forgetting import Forgetting
from mash_shared.keeping import hash_of
from mash_shared.messages import Message
from mash_shared.messages.agency_check import (
    AgencyAmendment,
    AgencyCancellation,
    AgencyCheckAmended,
    AgencyCheckAnswered,
    AgencyCheckCancelled,
    AgencyCheckChased,
    AgencyCheckHandedOver,
    AgencyCheckRequested,
    AgencyCheckReturned,
    AgencyReminder,
    AgencyReply,
    AgencyRequest,
    Asked,
)
from mash_shared.messages.agency_says import (
    AgencyEnquiryMade,
    AgencyInformation,
    AgencyInformationShared,
    AgencyMessageRecorded,
    AgencyReceipt,
    FromAgency,
    Saying,
    Says,
)
from mash_shared.policy import PolicyPacks


@dataclass(frozen=True, slots=True)
class GatewayHandlers(Forgetting):
    """The two directions of one agency's traffic."""

    packs: PolicyPacks

    def hand_over(
        self, request: Request, requested: AgencyCheckRequested, *, at: datetime
    ) -> Iterator[Message]:
        """Check the lawful basis and hand the request to the agency, once (I3).

        The enquiry learns when that was (F8).
        """
        if request.asked_at is not None or request.taken_back_at is not None:
            return
        yield self._give(request, requested, AgencyRequest)
        yield self._handed_over(request, at)

    def amend(
        self, request: Request, amended: AgencyCheckAmended, *, at: datetime
    ) -> Iterator[Message]:
        """Tell the agency what its request says now; one it does not have yet it is handed so.

        Of one edition of the contact the enquiry may say more than one thing: the later holds.
        """
        if request.is_as_new_as(amended) or request.taken_back_at is not None:
            return
        first = request.asked_at is None
        yield self._give(request, amended, AgencyRequest if first else AgencyAmendment)
        if first:
            yield self._handed_over(request, at)

    @staticmethod
    def _handed_over(request: Request, at: datetime) -> Message:
        return AgencyCheckHandedOver(
            **request.head(at),
            request_id=request.id,
            enquiry_id=request.enquiry_id,
            agency=request.agency,
        )

    def remind(self, request: Request, chased: AgencyCheckChased) -> Iterator[Message]:
        """Remind the agency of what it has and has not answered."""
        request.be_of(chased)
        if request.waits:
            yield AgencyReminder(**dict(chased))

    @staticmethod
    def _give(request: Request, asked: Asked, kind: type[AgencyRequest]) -> Message:
        check_envelope(asked.lawful_basis)
        request.belong_to(asked)
        request.enquiry_id = asked.enquiry_id
        request.agency = asked.agency
        request.edition = asked.edition
        request.reply_by = asked.reply_by
        request.asked_by = asked.coordinating_social_worker
        given = kind(**dict(asked), request_hash="unsigned")
        fields = given.model_dump(mode="json", exclude={"request_hash"}, exclude_none=True)
        signed = given.model_copy(update={"request_hash": hash_of(fields)})
        children = tuple(child.child_id for child in asked.family.children)
        request.hand_over(Form(copied=signed.copied(), child_ids=children), asked.occurred_at)
        return signed

    def take_back(self, request: Request, cancelled: AgencyCheckCancelled) -> Iterator[Message]:
        """Take a request back, and tell the agency if it has it already (D15)."""
        if request.taken_back_at is not None:
            return
        request.be_of(cancelled)
        request.taken_back_at = cancelled.occurred_at
        if request.asked_at is not None:
            yield AgencyCancellation(**dict(cancelled))

    def take_reply(
        self, request: Request, reply: AgencyReply, *, at: datetime
    ) -> Iterator[Message]:
        """Check a reply, write the disclosure ledger and pass it to the hub (G2, G3).

        What counts is when it arrived (`at`); the agency's own clock proves nothing. Of a reply
        that lacks something the hub is told that alone (G1).
        """
        answer = answer_in(reply)
        line = request.disclose(answer, copied=reply.copied(), at=at)
        if line is None:
            return
        check = request.head(at) | {
            "request_id": request.id,
            "enquiry_id": request.enquiry_id,
            "agency": request.agency,
        }
        if isinstance(line, Returned):
            yield AgencyCheckReturned(**check, reply_id=line.reply_id, code=line.lack.code)
        else:
            yield AgencyCheckAnswered(**check, about=line.about, answer=answer)

    def take_said(self, said: Said, news: FromAgency, *, at: datetime) -> Iterator[Message]:
        """Pass on what the agency told or asked of its own accord, once (M10).

        What counts is when it arrived (`at`). Raises a refusal where the council takes nothing of
        the kind, or the number says something else than before; it is then parked.
        """
        pack = self.packs.of(news.council)
        tells = isinstance(news, AgencyInformation)
        if pack.taken_from(news.agency) is None:
            raise NothingTakenError("This council takes nothing by the gateway of this agency.")
        content = news.model_dump(mode="json", exclude={"occurred_at"})
        if not said.take(news.contact_id, hash_of(content), at):
            return
        grave = news.immediate_danger or news.significant_harm == "yes"
        level = pack.from_gravest()[0 if grave else -1][0]
        said.agency, said.council = news.agency, news.council
        said.contact_id = contact_of(news.agency, said.id)
        said.urgency, said.lane = level, pack.lane_of(level)
        kind = AgencyInformationShared if tells else AgencyEnquiryMade
        apart = {"contact_id", "council", "occurred_at"}
        told = {name: getattr(news, name) for name in Says.model_fields.keys() - apart}
        yield kind(**said.head(at), **told, number=news.contact_id)

    def give_receipt(self, said: Said, recorded: AgencyMessageRecorded) -> Iterator[Message]:
        """Tell the agency the reference under which what it said was written down, once (M10)."""
        if said.reference is not None:
            return
        said.reference = recorded.reference
        named = ("contact_id", "council", "occurred_at", "agency", "saying", "number", "reference")
        yield AgencyReceipt(**{name: getattr(recorded, name) for name in named})


def answer_in(reply: AgencyReply) -> Answer:
    """Give what a reply says beside what it repeats of its request."""
    return Answer(**{field.name: getattr(reply, field.name) for field in fields(Answer)})


def saying_of(said: FromAgency) -> Saying:
    """Say whether an agency tells or asks."""
    return "information" if isinstance(said, AgencyInformation) else "enquiry"
