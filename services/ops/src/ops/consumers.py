"""What ops listens to: the clocks of every service that has any."""

from mash_shared.messages.clock import ClockChanged
from mash_shared.plumbing.subscription import Subscription
from ops.handlers import OpsHandlers

SERVICES = ("intake", "enquiry", "decision", "notify")


def subscriptions(handlers: OpsHandlers) -> tuple[Subscription, ...]:
    """Give the subscription table."""
    return tuple(
        Subscription(
            ClockChanged, handlers.note_clocks, document="contact_id", parts={"service": service}
        )
        for service in SERVICES
    )
