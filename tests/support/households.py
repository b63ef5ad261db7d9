"""Two boys in one contact who may be of two families, and who says what they are (N11)."""

from typing import Any

from intake.domain.contact import Contact
from intake.forms.children import SayOneFamily
from intake.forms.contact import AmendContact
from mash_shared.messages import Message
from mash_shared.testing import Desk, acted
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, RECORDER
from support.siblings import TOBIAS, siblings

HOME, OTHER_HOME = "4 Quarry Lane, Romford RM1 1AA", "12 Mill Lane, Romford RM3 9ZZ"
OSK = {"full_name": "Osk Lanyon", "date_of_birth": "2014-02-03"}


def two_boys(**changes: Any) -> Desk[Contact]:
    """Give a contact about two boys at one home, of whom nobody says whose they are."""
    return siblings(**{"children": [TOBIAS, OSK], "address": HOME} | changes)


def say_one_family(desk: Desk[Contact], *child_ids: str, by: Any = MANAGER) -> tuple[Message, ...]:
    """Say that children, or all of them, are of one family."""
    form = SayOneFamily(reason="Half-brothers.", child_ids=child_ids)
    return desk.do(acted(H.say_one_family, form, by))


def put_right(desk: Desk[Contact], **said: Any) -> tuple[Message, ...]:
    """Put right what was said."""
    form = AmendContact.model_validate({"why": "Learnt later."} | said)
    return desk.do(acted(H.amend_contact, form, RECORDER))


def of_second(desk: Desk[Contact], **facts: Any) -> tuple[Message, ...]:
    """Put right what was said of the second boy."""
    return put_right(desk, children=[{"child_id": "c1-2", "facts": facts}])
