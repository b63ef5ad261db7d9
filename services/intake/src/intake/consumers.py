"""What intake listens to."""

from intake.handlers import IntakeHandlers
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.notice import NoticeDelivered, NoticeFailed
from mash_shared.plumbing.subscription import Subscription


def subscriptions(handlers: IntakeHandlers) -> tuple[Subscription, ...]:
    """Give the subscription table."""
    return (
        Subscription(DecisionRecorded, handlers.note_decision, document="contact_id"),
        Subscription(NoticeDelivered, handlers.note_referrer_told, document="contact_id"),
        Subscription(NoticeFailed, handlers.note_referrer_not_told, document="contact_id"),
    )
