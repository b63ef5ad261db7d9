"""What every act has: the contact of one's own council, and its policy."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from intake.domain.alleged import tell_of_alleged_children
from intake.domain.answer_basis import follow_answer
from intake.domain.answering import finish
from intake.domain.contact import Contact
from intake.domain.duties import follow_circumstances
from intake.domain.hours import follow_hours
from intake.domain.measuring import follow_promises
from intake.domain.news import tell, tell_of_end, tell_of_ready
from intake.domain.owed import follow_owed
from intake.domain.progress import Standing
from intake.domain.protection import weigh
from intake.domain.serving import see_to_early_help
from intake.domain.standing import follow_standing
from intake.domain.task import Done, TaskKind
from intake.domain.work import (
    ask_about_added,
    call_off,
    follow_agency,
    follow_worker,
    promise_to_ask,
)
from mash_shared.act import Act
from mash_shared.messages import Message
from mash_shared.policy import Pack, PolicyPacks

NOTHING_TO_ASK = "Nothing may be asked any more: consent was lost, or no child is left."


@dataclass(frozen=True, slots=True)
class Handlers:
    """The policies that handlers go by."""

    packs: PolicyPacks

    def _opened(self, contact: Contact, act: Act) -> Pack:
        """Give the policy of the person's contact; other councils' contacts are not known here."""
        act.person.must_serve(contact.council)
        contact.must_be_recorded()
        return self.packs.of(act.person.council)

    def _weigh(self, contact: Contact, at: datetime) -> Pack:
        """Find its lane, whether it is about protection, its consent, and who has to see to it.

        Gives the policy of this moment.
        """
        pack = self.packs.of(contact.council)
        contact.lane = pack.lane_of(contact.urgency)
        weigh(contact, pack, at)
        follow_promises(contact, pack)
        first = contact.recorded_at == at and contact.received_at is not None
        follow_worker(contact, pack, contact.received_at or at if first else at)
        follow_hours(contact, pack, at)
        return pack

    def _follow(self, contact: Contact, at: datetime, *, by: str) -> Iterator[Message]:
        """Let everything follow what is so now, and tell whoever knows otherwise.

        Children whom nothing keeps any more go where their siblings are. An enquiry that lost its
        consent, or its last child, is stopped (D15), but for one about protection: a manager says
        why that goes on. What was stopped is asked anew once it may be. What agencies were to be
        asked by telephone is called off, and on again, with it. A contact of which every child is
        with whoever knows them has ended, and so has a request once all that it asks for is done.
        """
        pack = self._weigh(contact, at)
        joined = contact.let_in(at)
        if joined:
            self._weigh(contact, at)
            ask_about_added(contact, pack, at, joined)
        self._follow_consent(contact, pack, at, by=by)
        follow_owed(contact, pack, at, by=by)
        if (ending := contact.everybody_is_handed_over()) is not None:
            contact.close_with(ending)
            yield from tell_of_end(contact, pack, ending)
        follow_answer(contact, pack, at)
        finish(contact, at)
        follow_agency(contact, pack)
        see_to_early_help(contact, pack, at)
        if joined and contact.sent_for_decision is not None:
            yield from tell_of_ready(contact, at, joined)
        yield from tell(contact, pack, at)

    def _follow_change(
        self, contact: Contact, pack: Pack, act: Act, *, before: Standing
    ) -> Iterator[Message]:
        """Let everything follow what was put right; `before` is what it went by until then."""
        follow_circumstances(contact, pack, act)
        self._weigh(contact, act.at)
        follow_standing(contact, pack, before, act)
        yield from self._follow(contact, act.at, by=act.person.id)
        yield from tell_of_alleged_children(contact, act)

    @staticmethod
    def _follow_consent(contact: Contact, pack: Pack, at: datetime, *, by: str) -> None:
        """Stop an enquiry that may not ask any more, let one go on that may again (D15)."""
        lawful = contact.is_protection or contact.consent.position.lets_out
        may_ask = lawful and bool(contact.let_out)
        if contact.authorisation is None or may_ask is (contact.stopped_at is None):
            return
        contact.stopped_at = None if may_ask else at
        here = (None, *contact.child_ids)
        asked = [t for t in contact.tasks if t.kind is TaskKind.ASK and t.child_id in here]
        for task in [one for one in asked if one.is_open and not may_ask]:
            call_off(contact, task, Done(by=by, at=at, note=NOTHING_TO_ASK))
        for task in [one for one in asked if one.is_called_off and may_ask]:
            task.reopen(at)
            promise_to_ask(contact, pack, task, at)
