"""Holding a contact and erasing it, by two people (S18, S26)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from intake.domain.contact import Contact
from intake.domain.erasure import ERASURE, Erasure, ErasureAnswer, Hold, Lifting, Proposal, keepers
from intake.forms.retention import AnswerErasure, HoldForm, ProposeErasure
from intake.handlers.base import Handlers
from intake.roles import erasure_agreers, erasure_proposers, holders
from mash_shared.act import Act
from mash_shared.messages import Message
from mash_shared.messages.erasure import ContactErased, ContactForgotten
from mash_shared.rights import whose


@dataclass(frozen=True, slots=True)
class RetentionHandlers(Handlers):
    """How long a contact is kept, and how it is erased."""

    @whose(holders, "set a hold")
    def set_hold(self, contact: Contact, act: Act, form: HoldForm) -> Iterator[Message]:
        """Let nothing of the contact be erased, whatever its time, until the hold is lifted."""
        self._opened(contact, act)
        contact.hold(Hold(by=act.person.id, at=act.at, reason=form.reason))
        yield from ()

    @whose(holders, "lift a hold")
    def lift_hold(self, contact: Contact, act: Act, form: HoldForm) -> Iterator[Message]:
        """Lift the hold: somebody else than who set it (S26)."""
        self._opened(contact, act)
        contact.lift(Lifting(by=act.person.id, at=act.at, reason=form.reason))
        yield from ()

    @whose(erasure_proposers, "propose that a contact is erased")
    def propose_erasure(
        self, contact: Contact, act: Act, form: ProposeErasure
    ) -> Iterator[Message]:
        """Propose that the contact is erased; nothing is, until somebody else agrees."""
        pack = self._opened(contact, act)
        contact.must_be_free_to_erase(form.ground, pack, act.at, act.named.still_open)
        proposal = Proposal(by=act.person.id, at=act.at, ground=form.ground, note=form.note)
        contact.propose_erasure(proposal)
        yield from ()

    @whose(erasure_agreers, "agree that a contact is erased")
    def answer_erasure(self, contact: Contact, act: Act, form: AnswerErasure) -> Iterator[Message]:
        """Agree that the contact is erased, or say that it is not: somebody else than proposed it.

        What was agreed to is done at once: a stub is left here, and everybody who keeps something
        of it is told to forget it. That they have, and that its key is destroyed, is promised.
        """
        pack, by, at = self._opened(contact, act), act.person.id, act.at
        answer = ErasureAnswer(by=by, at=at, agrees=form.agrees, note=form.note)
        proposed = contact.answer_erasure(answer)
        if not form.agrees:
            return
        contact.must_be_free_to_erase(proposed.ground, pack, at, act.named.still_open)
        erasure = Erasure(
            ground=proposed.ground,
            proposed_by=proposed.by,
            proposed_at=proposed.at,
            agreed_by=by,
            agreed_at=at,
            awaited=keepers(self.packs),
        )
        within = pack.clocks.erasure
        clock = pack.task_clock(within, contact.urgency, at, of=ERASURE)
        contact.be_erased(erasure, clock)
        yield ContactErased(**contact.head(at))

    def note_forgotten(self, contact: Contact, told: ContactForgotten) -> Iterator[Message]:
        """Note that a process keeps nothing of the contact any more."""
        contact.note_forgotten(told.process, told.occurred_at)
        yield from ()

    def note_key_destroyed(self, contact: Contact, *, at: datetime) -> Iterator[Message]:
        """Note that the contact can be read nowhere any more, in no backup either."""
        contact.note_key_destroyed(at)
        yield from ()
