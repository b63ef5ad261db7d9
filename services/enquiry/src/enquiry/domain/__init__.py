"""Enquiries, the slots of their agencies, and the rounds in which these were asked."""

from enquiry.domain.enquiry import AgencyNotAskedError, Enquiry
from enquiry.domain.round import Filed, Round
from enquiry.domain.slot import (
    MOST_SUPERSEDED,
    SUPERSEDED_ROOM,
    SUPERSEDED_ROOM_IN_ALL,
    Slot,
)

__all__ = [
    "MOST_SUPERSEDED",
    "SUPERSEDED_ROOM",
    "SUPERSEDED_ROOM_IN_ALL",
    "AgencyNotAskedError",
    "Enquiry",
    "Filed",
    "Round",
    "Slot",
]
