"""What the gateway of one agency listens to."""

from agency_gateway.handlers import GatewayHandlers
from mash_shared.messages.agency_check import (
    AgencyCheckAmended,
    AgencyCheckCancelled,
    AgencyCheckRequested,
    AgencyReply,
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
    )
