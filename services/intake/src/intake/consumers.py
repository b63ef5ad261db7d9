"""What intake listens to, and its clocks."""

from intake.domain.case import known_id
from intake.domain.erasure import keepers
from intake.domain.staff import staff_key
from intake.handlers import IntakeHandlers
from mash_shared.messages.agency_says import AgencyEnquiryMade, AgencyInformationShared
from mash_shared.messages.case import CaseStatusChanged
from mash_shared.messages.contact import (
    ChildAllegedToHarm,
    ContactConcernRaised,
    ContactJoined,
    ContactSplit,
)
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.enquiry import EnquiryCollated
from mash_shared.messages.erasure import ContactForgotten
from mash_shared.messages.notice import NoticeDelivered, NoticeFailed
from mash_shared.messages.staff import StaffChanged
from mash_shared.plumbing.subscription import Due, Subscription
from mash_shared.vocabulary import ClockKind


def subscriptions(handlers: IntakeHandlers) -> tuple[Subscription, ...]:
    """Give the subscription table."""
    return (
        Subscription(CaseStatusChanged, handlers.note_case_status, document=the_case, timed=True),
        Subscription(ChildAllegedToHarm, handlers.open_for_alleged_child, document="contact_id"),
        Subscription(ContactSplit, handlers.open_split, document="contact_id"),
        Subscription(ContactJoined, handlers.take_in_joined, document="contact_id"),
        Subscription(ContactConcernRaised, handlers.open_for_concern, document="contact_id"),
        Subscription(AgencyInformationShared, handlers.record_said, document="contact_id"),
        Subscription(AgencyEnquiryMade, handlers.record_said, document="contact_id"),
        Subscription(EnquiryCollated, handlers.note_collated, document="contact_id"),
        Subscription(DecisionRecorded, handlers.note_decision, document="contact_id"),
        Subscription(NoticeDelivered, handlers.note_referrer_told, document="contact_id"),
        Subscription(NoticeFailed, handlers.note_referrer_not_told, document="contact_id"),
        Subscription(StaffChanged, handlers.note_staff, document=the_member, timed=True),
        *(
            Subscription(
                ContactForgotten,
                handlers.note_forgotten,
                document="contact_id",
                parts={"process": process},
                though_erased=True,
            )
            for process in keepers(handlers.packs)
        ),
    )


def the_case(changed: CaseStatusChanged) -> tuple[str, ...]:
    """Name the document of a case in the index."""
    return (known_id(changed.council, changed.contact_id),)


def the_member(changed: StaffChanged) -> tuple[str, ...]:
    """Name the document of somebody in the directory."""
    return (staff_key(changed.council, changed.contact_id),)


def due(handlers: IntakeHandlers) -> tuple[Due, ...]:
    """Give the clock table; the other clocks of intake only run out."""
    return (
        Due(ClockKind.ALLOCATION, handlers.raise_allocation_alarm),
        Due(ClockKind.CHASE, handlers.pass_to_duty_team),
    )
