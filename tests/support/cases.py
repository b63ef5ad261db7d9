"""Known cases, and what people say of a match with one."""

from datetime import datetime
from typing import Any

from intake.domain.case import CaseStatus, KnownCase, known_id
from intake.domain.contact import Contact
from intake.domain.likeness import Certainty, Identity
from intake.forms.match import DecideMatch
from mash_shared.act import Person
from mash_shared.messages import Message
from mash_shared.messages.contact import ContactRouted
from mash_shared.testing import NOW, Desk, acted
from support.front_door import HANDLERS as H
from support.front_door import SOCIAL_WORKER

CLOSED: dict[str, Any] = {"status": CaseStatus.CLOSED, "worker": None, "team": "Assessment team 2"}
POSSIBLE: dict[str, Any] = {"certainty": Certainty.POSSIBLE, "score": 85.0}
NHS = "9990000026"


def decide(
    desk: Desk[Contact],
    *,
    same: bool,
    record_id: str = "LCS-1",
    by: Person = SOCIAL_WORKER,
    at: datetime = NOW,
) -> tuple[Message, ...]:
    """Say whether a record is of the same child; give what was said of it."""
    form = DecideMatch(record_id=record_id, same=same, reason="The mother says so.")
    return desk.do(acted(H.decide_match, form, by, at))


def routed_to(said: tuple[Message, ...]) -> ContactRouted:
    """Give the one message, which says where the contact goes."""
    (routed,) = said
    assert isinstance(routed, ContactRouted)
    return routed


def known_case(id_: str = "LCS-1", **changes: Any) -> KnownCase:
    """Give an open case that is known by its number."""
    return KnownCase(
        id=known_id("havering", id_),
        case_ref=id_,
        child=Identity(nhs_number=NHS),
        status=CaseStatus.OPEN,
        **changes,
    )
