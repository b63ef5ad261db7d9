"""Enquiries that have asked their agencies of one family's children, for tests of their rules."""

from enquiry.domain import Enquiry
from mash_shared.answers import Answer
from mash_shared.people import Child, Family
from mash_shared.testing import NOW
from mash_shared.vocabulary import AgencyId, EnquiryId, ReplyState

CHILD = "c1-1"


def asked(*agencies: AgencyId) -> Enquiry:
    """Give an enquiry about one child that has asked these agencies."""
    enquiry = Enquiry(
        id="enq-1",
        enquiry_id=EnquiryId("enq-1"),
        authorised_at=NOW,
        family=Family(children=(Child(child_id=CHILD),)),
    )
    enquiry.open(agencies)
    for slot in enquiry.slots.values():
        enquiry.ask(slot, enquiry.child_ids, NOW)
    return enquiry


def hear(enquiry: Enquiry, agency: AgencyId, answer: Answer) -> bool:
    """Let an agency answer its first request; say whether that collated the enquiry."""
    enquiry.record_reply(agency, f"enq-1.{agency}", answer, enquiry.child_ids, NOW)
    return collates(enquiry)


def collates(enquiry: Enquiry) -> bool:
    """Collate where nothing is outstanding any more; say whether that was so."""
    last = enquiry.has_news
    if last:
        enquiry.collate(NOW)
    return last


def states(enquiry: Enquiry) -> tuple[ReplyState | None, ...]:
    """Give how each agency's check ended, in their order."""
    return tuple(slot.state_of(CHILD) for slot in enquiry.slots.values())
