"""A contact that names the children of two families; everybody is invented."""

from typing import Any

from intake.domain.contact import Contact
from intake.domain.said import Consent, GivenBy
from intake.forms.consent import SayConsent
from intake.forms.contact import AmendContact
from mash_shared.testing import Desk, acted
from mash_shared.vocabulary import ConsentStatus
from support.front_door import HANDLERS as H
from support.front_door import MANAGER
from support.siblings import TOBIAS, WREN, siblings

OSK = {"full_name": "Osk Lanyon", "date_of_birth": "2014-02-03"}
A, B = {"family": "Fenwick-Adair"}, {"family": "Lanyon"}
GIVEN = SayConsent(
    consent=Consent(
        status=ConsentStatus.GIVEN, given_by=GivenBy.PARENT, given_by_name="Elowen Lanyon"
    )
)


def siblings_and_another(**changes: Any) -> Desk[Contact]:
    """Give a contact that names two siblings and a child of another family."""
    return siblings(**{"children": [TOBIAS | A, WREN | A, OSK | B]} | changes)


def put_right(desk: Desk[Contact], **said: Any) -> None:
    """Put a contact right."""
    form = AmendContact.model_validate({"why": "Learnt later."} | said)
    desk.do(acted(H.amend_contact, form, MANAGER))


def labelled(desk: Desk[Contact], **labels: str) -> None:
    """Say of children, `c1` say, of which family they are."""
    children = [
        {"child_id": f"c1-{place[1:]}", "facts": {"family": label}}
        for place, label in labels.items()
    ]
    put_right(desk, children=children)
