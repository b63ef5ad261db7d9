"""What one agency was asked, what it disclosed, and what it said of its own accord."""

from agency_gateway.domain.lacking import SENTENCES, Lack
from agency_gateway.domain.request import (
    Disclosure,
    EnvelopeDeniedError,
    Form,
    NeverAskedError,
    OtherRequestError,
    Request,
    Returned,
    TakenBackError,
    check_envelope,
)
from agency_gateway.domain.said import (
    SAID,
    NothingTakenError,
    Said,
    SaidOtherwiseError,
    contact_of,
    said_id,
)

__all__ = [
    "SAID",
    "SENTENCES",
    "Disclosure",
    "EnvelopeDeniedError",
    "Form",
    "Lack",
    "NeverAskedError",
    "NothingTakenError",
    "OtherRequestError",
    "Request",
    "Returned",
    "Said",
    "SaidOtherwiseError",
    "TakenBackError",
    "check_envelope",
    "contact_of",
    "said_id",
]
