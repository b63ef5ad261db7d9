"""What notify listens to, and its clock."""

from mash_shared.messages.contact import ContactEnded, ContactRecorded
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.erasure import ContactErased
from mash_shared.plumbing.subscription import Due, Subscription
from mash_shared.vocabulary import ClockKind
from notify.handlers import NotifyHandlers


def subscriptions(handlers: NotifyHandlers) -> tuple[Subscription, ...]:
    """Give the subscription table."""
    return (
        Subscription(ContactRecorded, handlers.expect_notice, document="contact_id"),
        Subscription(ContactEnded, handlers.note_ended, document="contact_id"),
        Subscription(DecisionRecorded, handlers.note_decision, document="contact_id"),
        Subscription(
            ContactErased, handlers.forget_contact, document="contact_id", though_erased=True
        ),
    )


def due(handlers: NotifyHandlers) -> tuple[Due, ...]:
    """Give the clock table."""
    return (Due(ClockKind.REFERRER_TOLD, handlers.note_promise_missed),)
