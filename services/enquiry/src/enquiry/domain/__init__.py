"""Enquiries, the slots of their agencies, and the rounds in which these were asked."""

from enquiry.domain.asking import AgencyNotAskedError
from enquiry.domain.enquiry import Enquiry
from enquiry.domain.round import Filed, Returned, Round
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
    "Returned",
    "Round",
    "Slot",
]
