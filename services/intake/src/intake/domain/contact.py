"""A contact: recorded at once, sent the right way, closed when everybody owed has been told."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from intake.domain.ending import Ended, Ending, SignOff
from intake.domain.facts import Facts, YesNo
from intake.domain.progress import (
    ANONYMOUS,
    NOT_OWED,
    Authorisation,
    ContactState,
    EarlierFacts,
    SentForDecision,
    kept_in_room,
)
from intake.domain.record import ContactRecord
from intake.domain.reference import reference_of
from intake.domain.refusals import (
    AlreadyAuthorisedError,
    AlreadyEndedError,
    AlreadyRecordedError,
    MatchUndecidedError,
    NotAChildConcernError,
    RoutedError,
    SignOffMissingError,
    StillLookingError,
    UnknownChildError,
    WorkOutstandingError,
)
from intake.domain.waiting import waits
from mash_shared.clocks import CLOSING
from mash_shared.messages import MOST_CHILDREN
from mash_shared.policy.front_door import Path
from mash_shared.vocabulary import (
    ClockKind,
    ClockState,
    FieldRefusedError,
    NotKnownError,
    NotYetError,
    OutcomeKind,
    Urgency,
)

CLOCKS_DIFFER_BY = timedelta(minutes=5)
"""How far ahead the clock of whoever writes to the hub may be without meaning anything."""


def received_by(said: datetime, now: datetime) -> datetime:
    """Give when something was received, which is not later than now, whatever clocks say (X4)."""
    if said > now + CLOCKS_DIFFER_BY:
        raise FieldRefusedError("received_at", "received_at is later than now.")
    return min(said, now)


@dataclass(slots=True, kw_only=True)
class Contact(ContactRecord):
    """One approach to the hub, and the ways it may go (A1, B1, B13)."""

    def must_be_new(self) -> None:
        """Raise `AlreadyRecordedError` for a contact that somebody recorded before."""
        if self.is_recorded:
            raise AlreadyRecordedError("A contact is recorded under this id.")

    def must_be_recorded(self) -> None:
        """Raise `NotKnownError` for a contact nobody recorded."""
        if not self.is_recorded:
            raise NotKnownError("No contact is recorded under this id.")

    def must_go_on(self) -> None:
        """Raise `AlreadyEndedError` for a contact that has gone another way."""
        if self.ending is not None:
            raise AlreadyEndedError(f"This contact has ended: {self.ending.ended_as}.")

    def record(self, *, received_at: datetime, recorded_at: datetime, by: str) -> None:
        """Take the contact in: its clock runs from first receipt, not from typing (X4).

        Both times are kept: between them its level of risk was found (O6).
        """
        self.received_at = received_by(received_at, recorded_at)
        self.recorded_at = recorded_at
        self.recorded_by = by
        self.reference = reference_of(self.id, self.council)
        self.want_look()

    def amend(self, facts: Facts, *, by: str, at: datetime, why: str) -> None:
        """Take in corrected facts; those before are kept as they were (B, corrections).

        Where there is no room any more, the line of them is.
        """
        if len(facts.children) > MOST_CHILDREN:
            raise FieldRefusedError(
                "children", f"A contact is about {MOST_CHILDREN} children at the most."
            )
        if self.is_on_its_way and {c.child_id for c in facts.children} != set(self.child_ids):
            raise AlreadyAuthorisedError("A child learnt of after the enquiry needs a new contact.")
        before = EarlierFacts.of(self.facts, until=at, by=by, why=why)
        self.superseded = kept_in_room([*self.superseded, before])
        self.facts = facts
        self.want_look()

    def must_be_free_to_ask(self) -> None:
        """Raise the reason why it may not go to the agencies or to a decision (E1, E3, X7)."""
        self.must_go_on()
        if self.authorisation is not None:
            raise AlreadyAuthorisedError("An enquiry has been authorised for this contact.")
        if self.sent_for_decision is not None:
            raise AlreadyAuthorisedError("This contact has been sent for decision.")
        if self.path is not Path.CHILD_CONCERN:
            raise NotAChildConcernError("Only a concern about a child can lead to an enquiry.")
        self._must_know_whether_known()
        if self.route is not None:
            to = self.route.kind.replace("_", " ")
            raise RoutedError(f"The child is known: this contact goes {to}.")

    def authorise_enquiry(self, authorisation: Authorisation) -> None:
        """Let the enquiry go out, once, and only on a lawful basis (F1-F4, D12)."""
        self.must_be_free_to_ask()
        self.consent.must_let_out()
        self.authorisation = authorisation
        self._set_out(authorisation.at)
        self._advance(ContactState.ENQUIRY_AUTHORISED)

    def send_for_decision(self, sent: SentForDecision) -> None:
        """Leave the enquiry out where what is known is enough (F3)."""
        self.must_be_free_to_ask()
        if not self.is_protection:
            self._must_not_wait_for_the_family()
            self.consent.must_allow_a_decision()
        self.sent_for_decision = sent
        self._set_out(sent.at)
        self._advance(ContactState.SENT_FOR_DECISION)

    def propose_ending(self, ending: Ending) -> None:
        """Keep how somebody would end it until a manager says; a later proposal replaces it."""
        self.must_go_on()
        if self.is_on_its_way:
            raise AlreadyAuthorisedError("This contact is on its way to a decision.")
        self._must_go_where_the_child_is_known(ending)
        self.proposed_ending = ending

    def sign_off(self, said: SignOff) -> None:
        """Note what a manager says of the ending that waits; nobody signs off their own."""
        if said.by == said.proposed.by:
            raise SignOffMissingError("Another manager than whoever proposed it signs it off.")
        self.sign_offs.append(said)
        self.proposed_ending = None

    def end(self, ending: Ending) -> None:
        """End the contact another way than by a decision; mandatory work comes first (N5, N6)."""
        self.must_go_on()
        if self.is_on_its_way:
            raise AlreadyAuthorisedError("This contact is on its way to a decision.")
        self._must_go_where_the_child_is_known(ending)
        if self.is_protection and ending.closes_a_worry and ending.signed_off_by is None:
            raise SignOffMissingError("A manager has to sign off how a worry about harm ends.")
        if ending.is_final_for_the_child and any(t.mandatory and t.is_open for t in self.tasks):
            raise WorkOutstandingError("Work that the law or the request asks for is to be done.")
        self.ending = ending
        if ending.told_at_once:
            self.told_at = ending.at
        if ending.ended_as is Ended.JOINED:
            self.not_told_because = NOT_OWED
            self.matching.take_prompt_back()
        self.proposed_ending = None
        if not self.needs_worker:
            self.end_clock(ClockKind.ALLOCATION, state=ClockState.CANCELLED, at=ending.at)
        self.end_clock(ClockKind.CHASE, CLOSING, state=ClockState.CANCELLED, at=ending.at)
        self.end_clock(ClockKind.WRITTEN_FOLLOW_UP, state=ClockState.CANCELLED, at=ending.at)
        if ending.needs_no_full_record and not self.is_protection:
            self.end_clock(ClockKind.CONTACT_RECORD, state=ClockState.CANCELLED, at=ending.at)
        self._advance(ContactState.ENDED)
        self.settle()

    def record_outcome(self, child_id: str, outcome: OutcomeKind) -> None:
        """Note what was decided for one child; the contact is decided when all are.

        Raises `UnknownChildError` for a child the contact is not about.
        """
        if child_id not in self.child_ids:
            raise UnknownChildError("The decision is about a child that this contact is not.")
        self.outcomes[child_id] = outcome
        self.settle()

    def record_told(self, at: datetime) -> None:
        """Note that the referrer was told; what counts is the first time."""
        self.told_at = self.told_at or at
        self.settle()

    def record_not_told(self, reason: str) -> None:
        """Note why the referrer could not be told; a person still has to."""
        self.not_told_because = reason
        self.settle()

    def settle(self) -> None:
        """Close what is decided or ended once the referrer is told, or is owed nothing."""
        if self.children and all(child in self.outcomes for child in self.child_ids):
            self._advance(ContactState.DECIDED)
        finished = self.state in (ContactState.DECIDED, ContactState.ENDED)
        if finished and (self.told_at or self.not_told_because in (ANONYMOUS, NOT_OWED)):
            self._advance(ContactState.CLOSED)

    def summarise(self) -> None:
        """Keep what the contact is found by, and what it waits for."""
        self.found_by = tuple(dict.fromkeys(self._keys()))
        self.waiting = waits(self) if self.is_recorded else {}
        self.referrals = 1 + len(self.matching.earlier(since=None))
        self.harm_level = sum(
            (
                2 * (self.urgency is Urgency.RED),
                2 * (self.facts.significant_harm is YesNo.YES),
                3 * (OutcomeKind.CP_OR_COMPLEX_ASSESSMENT in self.outcomes.values()),
            )
        )

    def _must_go_where_the_child_is_known(self, ending: Ending) -> None:
        """Raise for another end of a concern about a child who is known, or may be (E1-E3).

        That holds for another authority as well: whoever knows the child sends it on.
        """
        concern = self.path is Path.CHILD_CONCERN or self.is_protection
        if not concern or ending.ended_as in (Ended.JOINED, Ended.ANSWERED):
            return
        self._must_know_whether_known()
        if self.route is not None and not ending.goes_to_who_knows_the_child:
            raise RoutedError("The child is known: this contact goes to whoever knows them.")

    def _must_not_wait_for_the_family(self) -> None:
        if self.pause is not None:
            raise NotYetError("The professional is talking to the family first: that is awaited.")

    def _set_out(self, at: datetime) -> None:
        """Leave what is overtaken by its going to a decision: a wait, a proposed end."""
        self.proposed_ending = None
        self.end_clock(ClockKind.CHASE, CLOSING, state=ClockState.CANCELLED, at=at)
        if self.pause is not None:
            self.pause.ended_at = at

    def _must_know_whether_known(self) -> None:
        if self.look_wanted:
            raise StillLookingError(
                "The case index is still being searched; send it again in a moment."
            )
        if self.matching.may_be_a_case:
            raise MatchUndecidedError("First decide whether this is the child of a known case.")

    def _advance(self, to: ContactState) -> None:
        order = list(ContactState)
        if order.index(to) > order.index(self.state):
            self.state = to
