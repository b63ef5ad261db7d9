"""What ops listens to: the clocks of every service that has any."""

from mash_shared.messages.clock import ClockChanged
from mash_shared.messages.erasure import ContactErased
from mash_shared.plumbing.subscription import Subscription
from ops.handlers import OpsHandlers

SERVICES = ("intake", "enquiry", "decision", "notify")


def subscriptions(handlers: OpsHandlers) -> tuple[Subscription, ...]:
    """Give the subscription table."""
    clocks = (
        Subscription(
            ClockChanged,
            handlers.note_clocks,
            document="contact_id",
            parts={"service": service},
            though_erased=True,
        )
        for service in SERVICES
    )
    forget = Subscription(
        ContactErased, handlers.forget_contact, document="contact_id", though_erased=True
    )
    return (*clocks, forget)
