"""What the enquiry service listens to, and its clocks."""

from enquiry.handlers import EnquiryHandlers
from mash_shared.messages.agency_check import (
    AgencyCheckAnswered,
    AgencyCheckHandedOver,
    AgencyCheckReturned,
)
from mash_shared.messages.enquiry import EnquiryAmended, EnquiryAuthorised
from mash_shared.messages.erasure import ContactErased
from mash_shared.plumbing.subscription import Due, Subscription
from mash_shared.vocabulary import ClockKind


def subscriptions(handlers: EnquiryHandlers) -> tuple[Subscription, ...]:
    """Give the subscription table."""
    return (
        Subscription(EnquiryAuthorised, handlers.open_enquiry, document="enquiry_id"),
        Subscription(EnquiryAmended, handlers.amend_enquiry, document="enquiry_id"),
        Subscription(AgencyCheckHandedOver, handlers.note_handed_over, document="enquiry_id"),
        Subscription(AgencyCheckAnswered, handlers.record_reply, document="enquiry_id"),
        Subscription(AgencyCheckReturned, handlers.note_returned, document="enquiry_id"),
        Subscription(
            ContactErased, handlers.forget_contact, document="contact_id", though_erased=True
        ),
    )


def due(handlers: EnquiryHandlers) -> tuple[Due, ...]:
    """Give the clock table."""
    return (
        Due(ClockKind.AGENCY_CHECK, handlers.close_check),
        Due(ClockKind.CHASE, handlers.chase),
        Due(ClockKind.ENQUIRY, handlers.close_enquiry),
    )
