"""Contacts that have come to rest, and who holds and erases them; everybody is invented."""

from intake.domain.contact import Contact
from intake.domain.erasure import Ground
from intake.domain.progress import ContactState
from intake.forms.retention import AnswerErasure, ProposeErasure
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.erasure import ContactForgotten
from mash_shared.messages.notice import NoticeDelivered
from mash_shared.plumbing.arrival import Change
from mash_shared.testing import Desk, acted, heard, person, sample
from mash_shared.vocabulary import OutcomeKind, Role
from support.front_door import HANDLERS as H
from support.front_door import made_whole, recorded

PROPOSER = person(Role.MASH_MANAGER, id="p-2")
HEAD = person(Role.HEAD_OF_SERVICE, id="p-8")
UPHELD = ProposeErasure(ground=Ground.REQUEST_UPHELD, note="The officer has upheld it.")
YES = AnswerErasure(agrees=True, note="I have read it as well.")


def closed(outcome: OutcomeKind = OutcomeKind.NO_FURTHER_ACTION) -> Desk[Contact]:
    """Give a contact that was decided on, told, whole, and so is closed."""
    desk = recorded(children=[{"full_name": "Tobias"}])
    desk.do(heard(H.note_decision, sample(DecisionRecorded, child_id="c1-1", outcome=outcome)))
    desk.do(heard(H.note_referrer_told, sample(NoticeDelivered, child_ids=("c1-1",))))
    made_whole(desk)
    assert desk.aggregate.state is ContactState.CLOSED
    return desk


def erased() -> Desk[Contact]:
    """Give a contact that two people erased."""
    desk = closed()
    desk.do(acted(H.propose_erasure, UPHELD, PROPOSER))
    desk.do(acted(H.answer_erasure, YES, HEAD))
    desk.though_erased = True  # of a stub only what its table says is told in these tests
    return desk


def forgotten(process: str) -> Change:
    """Give the change that a process makes which has forgotten it."""
    told = sample(ContactForgotten, contact_id="c1", process=process)
    return heard(H.note_forgotten, told)
