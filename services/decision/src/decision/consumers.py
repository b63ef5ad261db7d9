"""What the decision service listens to: a decision for each child of a collated enquiry."""

from decision.handlers import DecisionHandlers
from mash_shared.messages.contact import ContactReadyForDecision, ContactWorkOutstanding
from mash_shared.messages.enquiry import CollatedReply, EnquiryCollated, LateInformationReceived
from mash_shared.messages.erasure import ContactErased
from mash_shared.plumbing.subscription import Subscription


def subscriptions(handlers: DecisionHandlers) -> tuple[Subscription, ...]:
    """Give the subscription table."""
    return (
        Subscription(ContactReadyForDecision, handlers.open_without_enquiry, document=each_child),
        Subscription(ContactWorkOutstanding, handlers.note_work_outstanding, document=each_child),
        Subscription(EnquiryCollated, handlers.open_decision, document=each_child),
        Subscription(LateInformationReceived, handlers.note_late_information, document=each_child),
        Subscription(
            ContactErased, handlers.forget_contact, document="contact_id", though_erased=True
        ),
    )


def each_child(
    message: CollatedReply | ContactReadyForDecision | ContactWorkOutstanding,
) -> tuple[str, ...]:
    """Name the decisions a message is about: one for each child, under the child's id."""
    if isinstance(message, ContactWorkOutstanding):
        return tuple(one.child_id for one in message.children)
    return message.child_ids
