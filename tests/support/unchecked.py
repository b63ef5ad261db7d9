"""Two children whom nobody has checked, and the ways that they may go (B2)."""

from datetime import datetime, timedelta
from typing import Any

from intake.domain.contact import Contact
from intake.domain.task import TaskKind
from intake.forms.contact import AmendContact, CompleteRecord
from intake.forms.ending import Reroute
from intake.forms.form import Note
from intake.forms.gate import SendForDecision
from mash_shared.plumbing.arrival import Change
from mash_shared.testing import NOW, Desk, acted
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, RECORDER, SOCIAL_WORKER, fresh, indexed
from support.siblings import TOBIAS, WREN

BOTH = [TOBIAS, WREN]
REROUTED = acted(H.reroute, Reroute(to="school_admissions", acknowledged_by="sw-4022"), MANAGER)
RETURNED = acted(H.return_to_referrer, Note(note="Please ask."), MANAGER)
COMPLETE = acted(H.complete_record, CompleteRecord(), SOCIAL_WORKER)
LATER = NOW + timedelta(minutes=30)
NIGHT = NOW.replace(hour=23)
NAME = {"full_name": "Wren Fenwick"}


def enough(at: datetime) -> Change:
    """Let it go straight to a decision, at that time."""
    return acted(H.send_for_decision, SendForDecision(reason="Clear."), MANAGER, at)


def unchecked(*records: Any, **changes: Any) -> Desk[Contact]:
    """Give a contact about two children whom nobody has checked, looked up."""
    desk = fresh(**{"children": BOTH} | changes)
    desk.do(indexed(*records))
    return desk


def put_right(desk: Desk[Contact], child: str | None = "c1-2", at: Any = NOW, **facts: Any) -> Any:
    """Put right what was said of a child, or add one; give what that made it say."""
    named = {"facts": facts} | ({"child_id": child} if child else {})
    put = AmendContact.model_validate({"why": "Learnt later.", "children": [named]})
    said = desk.do(acted(H.amend_contact, put, RECORDER, at))
    return (*said, *desk.do(indexed()))


def checks_owed(desk: Desk[Contact]) -> list[str]:
    """Name the children to whom a check is owed."""
    return [t.of for t in desk.aggregate.tasks if t.kind is TaskKind.CHECK and t.is_open]
