"""What the gateway of one agency listens to."""

from agency_gateway.domain import said_id
from agency_gateway.handlers import GatewayHandlers, saying_of
from mash_shared.messages.agency_check import (
    AgencyCheckAmended,
    AgencyCheckCancelled,
    AgencyCheckRequested,
    AgencyReply,
)
from mash_shared.messages.agency_says import (
    AgencyEnquiry,
    AgencyInformation,
    AgencyMessageRecorded,
    FromAgency,
)
from mash_shared.plumbing.subscription import Subscription


def subscriptions(handlers: GatewayHandlers, agency: str) -> tuple[Subscription, ...]:
    """Give the subscription table of one agency."""
    parts = {"agency": agency}
    return (
        Subscription(AgencyCheckRequested, handlers.hand_over, document="request_id", parts=parts),
        Subscription(AgencyCheckAmended, handlers.amend, document="request_id", parts=parts),
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
    )


def the_said(said: FromAgency) -> tuple[str, ...]:
    """Name the document of what the agency says."""
    return (said_id(said.council, saying_of(said), said.contact_id),)


def the_recorded(recorded: AgencyMessageRecorded) -> tuple[str, ...]:
    """Name the document of what was written down."""
    return (said_id(recorded.council, recorded.saying, recorded.number),)
