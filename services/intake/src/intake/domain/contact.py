"""A contact: recorded at once, sent the right way, closed when everybody owed has been told."""

from dataclasses import dataclass, fields, replace
from datetime import datetime

from intake.domain.ending import Ended, Ending, SignOff
from intake.domain.facts import Facts, KnownChild, YesNo
from intake.domain.guards import Guarded
from intake.domain.progress import (
    ANONYMOUS,
    NOT_OWED,
    Authorisation,
    ContactState,
    EarlierFacts,
    SentForDecision,
    Standing,
    kept_in_room,
)
from intake.domain.receipt import received_by
from intake.domain.reference import reference_of
from intake.domain.refusals import (
    AlreadyAuthorisedError,
    NotAChildConcernError,
    RoutedError,
    SignOffMissingError,
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
    NotYetError,
    OutcomeKind,
    Urgency,
)


@dataclass(slots=True, kw_only=True)
class Contact(Guarded):
    """One approach to the hub, and the ways it may go (A1, B1, B13)."""

    def record(self, *, received_at: datetime, recorded_at: datetime, by: str) -> None:
        """Take the contact in: its clock runs from first receipt, not from typing (X4).

        Both times are kept: between them its level of risk was found (O6).
        """
        self.received_at = received_by(received_at, recorded_at)
        self.recorded_at = recorded_at
        self.recorded_by = by
        self.reference = reference_of(self.id, self.council)
        self.want_look()

    def amend(self, facts: Facts, standing: Standing, *, by: str, at: datetime, why: str) -> None:
        """Take in what was put right; what stood before is kept as it was (B, corrections).

        Where there is no room any more, the line of it is.
        """
        if len(facts.children) > MOST_CHILDREN:
            raise FieldRefusedError(
                "children", f"A contact is about {MOST_CHILDREN} children at the most."
            )
        if self.is_on_its_way and {c.child_id for c in facts.children} != set(self.child_ids):
            raise AlreadyAuthorisedError("A child learnt of after the enquiry needs a new contact.")
        before = EarlierFacts.of(self.facts, self.standing, until=at, by=by, why=why)
        self.superseded = kept_in_room([*self.superseded, before])
        self.facts = facts
        for field in fields(standing):
            setattr(self, field.name, getattr(standing, field.name))
        self.be_news()
        self.want_look()

    def take_path(self, path: Path) -> None:
        """Lead to something else than was thought, as long as it has not gone its way (A14, A17).

        Raises `AlreadyEndedError` or `AlreadyAuthorisedError`. A concern is about a child at least.
        """
        if path is self.path:
            return
        self.must_go_on()
        if self.is_on_its_way:
            raise AlreadyAuthorisedError("This contact is on its way to a decision.")
        if self.request is not None:
            raise FieldRefusedError("request_type", "A request made to the hub stays one.")
        self.path = path
        if path is Path.CHILD_CONCERN and not self.children:
            self.facts = replace(self.facts, children=(KnownChild(child_id=f"{self.id}-1"),))
            self.look_wanted = True

    def must_be_free_to_ask(self) -> None:
        """Raise the reason why it may not go to the agencies or to a decision (E1, E3, X7)."""
        self.must_go_on()
        if self.authorisation is not None:
            raise AlreadyAuthorisedError("An enquiry has been authorised for this contact.")
        if self.sent_for_decision is not None:
            raise AlreadyAuthorisedError("This contact has been sent for decision.")
        if self.path is not Path.CHILD_CONCERN:
            raise NotAChildConcernError("Only a concern about a child can lead to an enquiry.")
        self.must_know_whether_known()
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
        self.must_go_where_the_child_is_known(ending)
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
        self.must_go_where_the_child_is_known(ending)
        if self.is_protection and ending.closes_a_worry and ending.signed_off_by is None:
            raise SignOffMissingError("A manager has to sign off how a worry about harm ends.")
        if ending.is_final_for_the_child and any(t.mandatory and t.is_open for t in self.tasks):
            raise WorkOutstandingError("Work that the law or the request asks for is to be done.")
        self.ending = ending
        if ending.told_at_once:
            self.told_at = ending.at
        if ending.ended_as is Ended.JOINED:
            if not ending.own_notice:
                self.not_told_because = NOT_OWED
            self.matching.take_prompt_back()
            self.be_news()
        self.proposed_ending = None
        self._take_promises_back(ending)
        self._advance(ContactState.ENDED)
        self.settle()

    def _take_promises_back(self, ending: Ending) -> None:
        """Cancel what nobody waits for any more, now that it has ended so."""
        over = [(ClockKind.CHASE, CLOSING), (ClockKind.WRITTEN_FOLLOW_UP, "")]
        if not self.needs_worker:
            over.append((ClockKind.ALLOCATION, ""))
        shortly = ending.needs_no_full_record and not self.is_protection
        if shortly or ending.ended_as is Ended.JOINED:
            over.append((ClockKind.CONTACT_RECORD, ""))
        for kind, of in over:
            self.end_clock(kind, of, state=ClockState.CANCELLED, at=ending.at)

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

    def attach(self, kind: str, kept_at: str, by: str, *, title: str = "") -> None:
        """Note a paper once, however often it is sent (C6)."""
        paper = {"kind": kind, "title": title or kind, "kept_at": kept_at, "by": by}
        if paper not in self.attachments:
            self.attachments.append(paper)

    def settle(self) -> None:
        """Close what is decided or ended once the referrer is told, or is owed nothing.

        Not before the record is whole and what the law has somebody do is done (B2, J4, J5, N).
        """
        if self.children and all(child in self.outcomes for child in self.child_ids):
            self._advance(ContactState.DECIDED)
        finished = self.state in (ContactState.DECIDED, ContactState.ENDED)
        told = self.told_at or self.not_told_because in (ANONYMOUS, NOT_OWED)
        if finished and told and self.is_whole:
            self._advance(ContactState.CLOSED)

    def summarise(self) -> None:
        """Keep what the contact is found by, and what it waits for."""
        self.found_by = tuple(dict.fromkeys(self._keys()))
        self.waiting = waits(self) if self.is_recorded else {}
        self.referrals = 1 + self.matching.referrals_before(self.group_id)
        self.harm_level = sum(
            (
                2 * (self.urgency is Urgency.RED),
                2 * (self.facts.significant_harm is YesNo.YES),
                3 * (OutcomeKind.CP_OR_COMPLEX_ASSESSMENT in self.outcomes.values()),
            )
        )

    def _must_not_wait_for_the_family(self) -> None:
        if self.pause is not None:
            raise NotYetError("The professional is talking to the family first: that is awaited.")

    def _set_out(self, at: datetime) -> None:
        """Leave what is overtaken by its going to a decision: a wait, a proposed end."""
        self.graded_told = self.graded
        self.proposed_ending = None
        self.end_clock(ClockKind.CHASE, CLOSING, state=ClockState.CANCELLED, at=at)
        if self.pause is not None:
            self.pause.ended_at = at

    def _advance(self, to: ContactState) -> None:
        order = list(ContactState)
        if order.index(to) > order.index(self.state):
            self.state = to
