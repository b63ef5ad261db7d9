"""A telephoned worry and the form that belongs to it; everybody is invented."""

from typing import Any

from intake.domain.contact import Contact
from intake.domain.found import Found, RecordKind
from intake.forms.contact import JoinContact
from mash_shared.act import Person
from mash_shared.messages import Message
from mash_shared.messages.contact import ContactJoined
from mash_shared.testing import Desk, acted
from support.front_door import HANDLERS as H
from support.front_door import RECORDER, found, known, recorded

TOBIAS = {"full_name": "Tobias Fenwick-Adair"}
BORN, NUMBER = "2016-05-31", "9990000026"
WREN = {"full_name": "Wren Fenwick-Adair", "date_of_birth": "2018-01-02"}
FORM: dict[str, Any] = {
    "channel": "online_form", "urgency": "red", "immediate_danger": True,
    "significant_harm": "yes", "address": "4 Quarry Lane",
    "children": [TOBIAS | {"date_of_birth": BORN, "nhs_number": NUMBER}, WREN],
    "alleged_perpetrators": [{"full_name": "Casper Lindqvist-Moor"}],
    "household": [{"full_name": "Ada Fenwick"}], "circumstances": {"young_carer": {}},
    "knowledge": {"household": "known"},
}  # fmt: skip


def call(**changes: Any) -> Found:
    """Give what the index finds of a call that waits for its form."""
    same = {"record_id": "c0", "kind": RecordKind.CONTACT, "status": None, "same_referrer": True}
    return found(**same | {"awaits_form": True} | changes)


def join(desk: Desk[Contact], by: Person = RECORDER, **said: Any) -> tuple[Message, ...]:
    """Join a contact to another."""
    form = JoinContact.model_validate({"earlier": "c0"} | said)
    return desk.do(acted(H.join_contact, form, by))


def joined(earlier: str = "c0", **form: Any) -> ContactJoined:
    """Give what is said when a form is joined to a call."""
    desk = known(call(record_id=earlier), id_="c9", **FORM | form)
    (said,) = (m for m in join(desk, earlier=earlier) if isinstance(m, ContactJoined))
    return said


def telephoned(**changes: Any) -> Desk[Contact]:
    """Give a call that waits for its form."""
    return recorded(id_="c0", written_part_follows=True, children=[TOBIAS], **changes)
