"""What the gateway of one agency listens to, and the receipt that it gives of each record."""

from datetime import datetime

from agency_gateway.domain import SENTENCES, Lack, Request, Said, TakenBackError, said_id
from agency_gateway.handlers import GatewayHandlers, answer_in, saying_of
from mash_shared.clocks import Aggregate
from mash_shared.messages import Message
from mash_shared.messages.agency_check import (
    AgencyCheckAmended,
    AgencyCheckCancelled,
    AgencyCheckChased,
    AgencyCheckRequested,
    AgencyReply,
)
from mash_shared.messages.agency_receipt import UNREAD, AgencyRecordReceipt, Became
from mash_shared.messages.agency_says import (
    AgencyEnquiry,
    AgencyInformation,
    AgencyMessageRecorded,
    FromAgency,
)
from mash_shared.messages.erasure import ContactErased
from mash_shared.plumbing.arrival import IdReusedError
from mash_shared.plumbing.metrics import RETURNED
from mash_shared.plumbing.receipts import Fate, Receipt
from mash_shared.plumbing.subscription import Subscription
from mash_shared.vocabulary import AgencyId, ContactId, CouncilId

WRITTEN = (AgencyReply, AgencyInformation, AgencyEnquiry)


def subscriptions(handlers: GatewayHandlers, agency: str) -> tuple[Subscription, ...]:
    """Give the subscription table of one agency."""
    parts = {"agency": agency}
    return (
        Subscription(
            AgencyCheckRequested,
            handlers.hand_over,
            document="request_id",
            parts=parts,
            clocked=True,
        ),
        Subscription(
            AgencyCheckAmended, handlers.amend, document="request_id", parts=parts, clocked=True
        ),
        Subscription(AgencyCheckChased, handlers.remind, document="request_id", parts=parts),
        Subscription(AgencyCheckCancelled, handlers.take_back, document="request_id", parts=parts),
        Subscription(
            AgencyReply, handlers.take_reply, document="request_id", parts=parts, timed=True
        ),
        *(
            Subscription(kind, handlers.take_said, document=the_said, parts=parts, timed=True)
            for kind in (AgencyInformation, AgencyEnquiry)
        ),
        Subscription(
            AgencyMessageRecorded, handlers.give_receipt, document=the_recorded, parts=parts
        ),
        Subscription(
            ContactErased, handlers.forget_contact, document="contact_id", though_erased=True
        ),
    )


def the_said(said: FromAgency) -> tuple[str, ...]:
    """Name the document of what the agency says."""
    return (said_id(said.council, saying_of(said), said.contact_id),)


def the_recorded(recorded: AgencyMessageRecorded) -> tuple[str, ...]:
    """Name the document of what was written down."""
    return (said_id(recorded.council, recorded.saying, recorded.number),)


def receipt_to(agency: str) -> Receipt:
    """Give what writes the receipts of one agency; the hub's own messages have none."""
    topics = {kind.topic_in(lane, agency=agency) for kind in WRITTEN for lane in kind.lanes()}

    def receipt(fate: Fate) -> AgencyRecordReceipt | None:
        if fate.topic not in topics:
            return None
        said, lack = fate.message, _lack(fate)
        if lack is not None:
            RETURNED.labels(agency, lack.code).inc()
        return AgencyRecordReceipt(
            contact_id=said.contact_id if said else ContactId(UNREAD),
            council=said.council if said else CouncilId(UNREAD),
            occurred_at=fate.at,
            agency=AgencyId(agency),
            record=fate.place,
            became=_became(fate, lack),
            code=lack.code if lack else fate.code,
            reason=_reason(fate, lack),
            pointer=lack.pointer if lack else fate.pointer,
            request_id=said.request_id if isinstance(said, AgencyReply) else None,
            reply_id=said.reply_id if isinstance(said, AgencyReply) else None,
        )

    return receipt


def _lack(fate: Fate) -> Lack | None:
    """Give why a reply was returned, None where it was not."""
    if isinstance(fate.error, IdReusedError):
        return Lack("id_reused", None)
    request, said = fate.aggregate, fate.message
    if fate.parked or not isinstance(request, Request) or not isinstance(said, AgencyReply):
        return None
    return request.lack_of(answer_in(said))


def _reason(fate: Fate, lack: Lack | None) -> str | None:
    if fate.parked:
        return fate.parked.reason
    return SENTENCES[lack.code] if lack else None


def _became(fate: Fate, lack: Lack | None) -> Became:
    if lack is not None:
        return "returned"
    if isinstance(fate.error, TakenBackError):
        return "taken_back"
    if fate.parked:
        return "parked"
    return _taken(fate.aggregate, fate.message, fate.at)


def _taken(about: Aggregate | None, said: Message | None, at: datetime) -> Became:
    """Say how it was taken; it was before, unless the first came when this did."""
    first = about.came_at if isinstance(about, Said) else None
    line = None
    if isinstance(about, Request) and isinstance(said, AgencyReply):
        line = about.line_of(said.reply_id)
        first = line.disclosed_at if line else None
    if first != at:
        return "repeated"
    return "late" if line is not None and line.late else "taken"
