"""Enquiries and the slots of their agencies."""

from enquiry.domain.enquiry import AgencyNotAskedError, Enquiry
from enquiry.domain.slot import (
    MOST_SUPERSEDED,
    SUPERSEDED_ROOM,
    SUPERSEDED_ROOM_IN_ALL,
    Filed,
    Slot,
)

__all__ = [
    "MOST_SUPERSEDED",
    "SUPERSEDED_ROOM",
    "SUPERSEDED_ROOM_IN_ALL",
    "AgencyNotAskedError",
    "Enquiry",
    "Filed",
    "Slot",
]
