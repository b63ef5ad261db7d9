"""Forms of the front door and contacts made from them; everybody is invented."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import uuid4

from intake.domain.case import KNOWN_PREFIX, CaseStatus, KnownCase, known_id
from intake.domain.contact import Contact
from intake.domain.found import Found, RecordKind, Tie
from intake.domain.likeness import Certainty
from intake.domain.progress import CheckResult
from intake.domain.staff import STAFF_PREFIX, KnownStaff, staff_key
from intake.domain.task import TALKS
from intake.forms.contact import CheckDemographics, CompleteRecord, RecordContact
from intake.forms.gate import AuthoriseEnquiry
from intake.forms.task import CompleteTask
from intake.handlers import IntakeHandlers
from intake.matcher import Matcher
from mash_shared.act import Person
from mash_shared.messages import Message
from mash_shared.messages.case import CaseStatusChanged
from mash_shared.messages.staff import StaffChanged
from mash_shared.plumbing.arrival import Change
from mash_shared.plumbing.telling import Teller
from mash_shared.testing import (
    NOW,
    Desk,
    MemoryOutbox,
    MemoryStore,
    acted,
    heard,
    memory_work,
    packs,
    person,
)
from mash_shared.vocabulary import Role

HANDLERS = IntakeHandlers(packs())
RECORDER = person(Role.BUSINESS_SUPPORT_OFFICER)
SOCIAL_WORKER = person(Role.SOCIAL_WORKER, id="p-3")
MANAGER = person(Role.MASH_MANAGER, id="p-2")
GIVEN = {"status": "given", "given_by": "parent", "given_by_name": "Orla Fenwick"}
GIVEN |= {"consent_to_service": "yes"}
RECEIVED = NOW - timedelta(minutes=40)


def form(**changes: Any) -> RecordContact:
    """Give the form of a new contact; by default a professional's, with consent."""
    return RecordContact.model_validate(
        {
            "channel": "phone",
            "urgency": "amber",
            "received_at": RECEIVED,
            "concern": "A neighbour hears crying every night.",
            "children": [{"full_name": "Tobias Fenwick-Adair"}, {}],
            "referrer": {"kind": "professional", "email": "i.saltmarsh@marlpit-lane.example"},
            "consent": GIVEN,
        }
        | changes
    )


def asking(**changes: Any) -> AuthoriseEnquiry:
    """Give a manager's authorisation."""
    return AuthoriseEnquiry.model_validate(
        {
            "reason_code": "need_unclear",
            "reason": "Nothing is known of the second adult.",
            "coordinating_social_worker": "sw-4021",
        }
        | changes
    )


def fresh(
    council: str = "havering",
    *,
    id_: str = "c1",
    by: Person | None = None,
    handlers: IntakeHandlers = HANDLERS,
    **changes: Any,
) -> Desk[Contact]:
    """Give a contact just recorded; the case index has not been asked about it."""
    desk = Desk(Contact, id_)
    recorder = by or person(Role.BUSINESS_SUPPORT_OFFICER, council=council)
    desk.do(acted(handlers.record_contact, form(**changes), recorder))
    return desk


def recorded(council: str = "havering", **changes: Any) -> Desk[Contact]:
    """Give a contact recorded, checked and looked up, of whose children nothing is on record."""
    desk = unchecked(council, **changes)
    checked(desk, handlers=changes.get("handlers", HANDLERS))
    return desk


def unchecked(council: str = "havering", **changes: Any) -> Desk[Contact]:
    """Give a contact recorded and looked up, of which nobody has checked who its children are."""
    desk = fresh(council, **changes)
    desk.do(indexed(handlers=changes.get("handlers", HANDLERS)))
    return desk


def checked(
    desk: Desk[Contact],
    *child_ids: str,
    at: datetime = NOW,
    handlers: IntakeHandlers = HANDLERS,
) -> tuple[Message, ...]:
    """Have business support check who children are, or all of them."""
    form = CheckDemographics(result=CheckResult.CONFIRMED, child_ids=child_ids)
    by = person(Role.BUSINESS_SUPPORT_OFFICER, council=desk.aggregate.council)
    return desk.do(acted(handlers.check_demographics, form, by, at))


def made_whole(desk: Desk[Contact]) -> None:
    """Do the talks, check the details and complete the record."""
    by = person(Role.SOCIAL_WORKER, Role.MASH_MANAGER, council=desk.aggregate.council)
    for task in [one for one in desk.aggregate.tasks if one.is_open and one.kind in TALKS]:
        form = CompleteTask(task_id=task.task_id, note="Spoken to.")
        desk.do(acted(HANDLERS.complete_task, form, by))
    checked(desk)
    complete = CompleteRecord()
    desk.do(acted(HANDLERS.complete_record, complete, by))


def found(**changes: Any) -> Found:
    """Give what the index found: by default a certain match with an open case."""
    known: dict[str, Any] = {"record_id": "LCS-1", "kind": RecordKind.CASE, "tie": Tie.CHILD}
    known |= {"child_id": "c1-1", "certainty": Certainty.CERTAIN, "score": 100.0}
    known |= {"reasons": ("nhs_number",), "status": CaseStatus.OPEN, "worker": "sw-harriet-osei"}
    return Found(**known | changes)


def indexed(*records: Found, handlers: IntakeHandlers = HANDLERS) -> Change:
    """Give the change that the matcher makes with what it found."""
    return lambda contact: handlers.note_found(
        contact, number=contact.look_number, found=records, flags=(), at=NOW
    )


def known(*records: Found, **changes: Any) -> Desk[Contact]:
    """Give a contact about one child, recorded and looked up, with what was found."""
    desk = fresh(**{"children": [{"full_name": "Tobias Fenwick-Adair"}]} | changes)
    desk.do(indexed(*records))
    checked(desk)
    return desk


def staff(*roles: Role, council: str = "havering", id_: str = "p-4") -> Person:
    """Give somebody in other roles."""
    return person(*roles, council=council, id=id_)


def _store() -> MemoryStore[Any]:
    return MemoryStore(Contact, {KNOWN_PREFIX: KnownCase, STAFF_PREFIX: KnownStaff})


@dataclass(slots=True)
class Index:
    """Contacts and known cases of one hub in memory, and a matcher that looks through them."""

    handlers: IntakeHandlers = HANDLERS
    now: datetime = NOW
    store: MemoryStore[Any] = field(default_factory=_store)
    outbox: MemoryOutbox = field(default_factory=MemoryOutbox)

    def matcher(self) -> Matcher:
        """Give a matcher of this hub, as after a start."""
        work, outbox = memory_work(self.store, "intake"), cast("Any", self.outbox)

        def now() -> datetime:
            return self.now

        teller = Teller(name="matcher", work=work, outbox=outbox, now=now)
        return Matcher(handlers=self.handlers, store=self.store, teller=teller, now=now)

    def do(self, id_: str, change: Change) -> None:
        """Change one document."""
        desk: Desk[Any] = Desk(Contact, id_)
        desk.store = self.store
        taken = desk.take(change, arrival_id=uuid4().hex)
        if taken.settled.error is not None:
            raise taken.settled.error

    def record(self, id_: str, at: datetime = NOW, **changes: Any) -> None:
        """Record a contact, received when it is recorded; nobody has looked it up."""
        said = form(**{"received_at": at} | changes)
        self.do(id_, acted(self.handlers.record_contact, said, RECORDER, at))

    def check(self, id_: str) -> None:
        """Have business support check who the children are."""
        form = CheckDemographics(result=CheckResult.CONFIRMED)
        self.do(id_, acted(self.handlers.check_demographics, form, RECORDER, self.now))

    def hear(self, news: CaseStatusChanged) -> None:
        """Take in news of a case."""
        id_ = known_id(news.council, news.contact_id)
        self.do(id_, heard(self.handlers.note_case_status, news, at=NOW))

    def employ(self, news: StaffChanged) -> None:
        """Take in news of somebody who works for the council."""
        id_ = staff_key(news.council, news.contact_id)
        self.do(id_, heard(self.handlers.note_staff, news, at=self.now))

    def contact(self, id_: str) -> Contact:
        """Give a contact as it is kept."""
        return cast("Contact", self.store.aggregate(self.store.raws[id_]))

    def said(self) -> list[str]:
        """Give the topics of what the matcher said."""
        return [one.topic for one in self.outbox.sent.values()]
