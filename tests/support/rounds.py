"""An enquiry of two agencies about children who come and go, for tests of their rounds."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from enquiry.domain import Enquiry, Round
from enquiry.handlers import EnquiryHandlers
from mash_shared.answers import Answer
from mash_shared.messages import Message
from mash_shared.messages.agency_check import AgencyCheckAnswered
from mash_shared.messages.enquiry import EnquiryAmended, EnquiryAuthorised
from mash_shared.people import Child
from mash_shared.testing import AMBER, Desk, heard, packs, sample
from mash_shared.vocabulary import AgencyId

HANDLERS = EnquiryHandlers(packs())
WHOLE = sample(EnquiryAuthorised, **AMBER)
ELDER, YOUNGER = WHOLE.family.children
BABY = Child(child_id=f"{WHOLE.contact_id}-3", unborn=True)
AGENCIES = (AgencyId("police"), AgencyId("health"))
POLICE, HEALTH = AGENCIES
LATER = WHOLE.received_at + timedelta(hours=5)


def family_of(*children: Child) -> dict[str, Any]:
    """Give a family with these children, as the field of a message."""
    return {"family": replace(WHOLE.family, children=children)}


def opened(*children: Child) -> Desk[Enquiry]:
    """Give an enquiry about these children that two agencies were asked in."""
    authorised = WHOLE.model_copy(update=family_of(*children) | {"agencies": AGENCIES})
    desk = Desk(Enquiry, WHOLE.enquiry_id, "enquiry")
    desk.do(heard(HANDLERS.open_enquiry, authorised))
    return desk


def amended(edition: int, *children: Child, may_ask: bool = True, **said: Any) -> EnquiryAmended:
    """Say that an enquiry is about these children now."""
    shared = EnquiryAmended.model_fields.keys() & dict(WHOLE).keys()
    base = {name: getattr(WHOLE, name) for name in shared} | family_of(*children)
    changes = {"edition": edition, "may_ask": may_ask, "occurred_at": LATER} | said
    return EnquiryAmended(**base | changes)


def amend(desk: Desk[Enquiry], *told: Any, **said: Any) -> tuple[Message, ...]:
    """Let an enquiry hear that; give what it says."""
    return desk.do(heard(HANDLERS.amend_enquiry, amended(*told, **said)))


def request(agency: AgencyId, nth: int = 1) -> str:
    """Give the request id of an agency's round."""
    return f"{WHOLE.enquiry_id}.{agency}" + (f".{nth}" if nth > 1 else "")


def answered(
    agency: AgencyId, request_id: str, about: tuple[str, ...], reply: str, *, at: datetime = LATER
) -> AgencyCheckAnswered:
    """Say that an agency answered a request about these children."""
    return sample(
        AgencyCheckAnswered,
        **AMBER,
        agency=agency,
        request_id=request_id,
        occurred_at=at,
        about=about,
        answer=Answer(reply_id=reply, state="nothing_known"),
    )


def answer(
    desk: Desk[Enquiry], agency: AgencyId, *about: Child, nth: int = 1, reply: str = ""
) -> tuple[Message, ...]:
    """Let an agency answer its request of a round about these children."""
    children = tuple(child.child_id for child in about)
    said = answered(agency, request(agency, nth), children, reply or f"{agency}-{nth}")
    return desk.do(heard(HANDLERS.record_reply, said))


def collated_about(*children: Child) -> Desk[Enquiry]:
    """An enquiry about these children whose two agencies have answered."""
    desk = opened(*children)
    for agency in AGENCIES:
        answer(desk, agency, *children)
    assert desk.aggregate.collated_at is not None
    return desk


def named(said: tuple[Message, ...], kind: type[Any]) -> dict[str, list[str]]:
    """Give whom messages of a kind name, by the request they are about."""
    found = [one for one in said if isinstance(one, kind)]
    families = {one.request_id: getattr(one, "family", None) for one in found}
    return {
        request: [child.child_id for child in family.children] if family else []
        for request, family in families.items()
    }


def rounds(desk: Desk[Enquiry], agency: AgencyId) -> list[Round]:
    """Give the rounds in which an agency was asked."""
    return desk.aggregate.slots[agency].rounds
