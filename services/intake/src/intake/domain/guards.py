"""What has to hold before a contact goes any way: that it is new, that it is known whose it is."""

from collections.abc import Collection
from dataclasses import dataclass

from intake.domain.ending import Ended, Ending
from intake.domain.people import Findable
from intake.domain.progress import NOT_OWED
from intake.domain.refusals import (
    AlreadyAuthorisedError,
    AlreadyEndedError,
    AlreadyRecordedError,
    CheckMissingError,
    MatchUndecidedError,
    NotAChildConcernError,
    RoutedError,
    StillLookingError,
    TwoFamiliesError,
)
from intake.domain.task import TALKS
from mash_shared.policy.front_door import Path
from mash_shared.vocabulary import Lane, NotKnownError


@dataclass(slots=True, kw_only=True)
class Guarded(Findable):
    """A contact that refuses what must not be done with it."""

    @property
    def needs_worker(self) -> bool:
        """Whether nobody has a child whom somebody must have (E6, F7).

        That is every child where it is about protection, else every child who is let out: to an
        enquiry until it is decided, or straight to a decision, decided or not. Somebody has a child
        who is allocated, or coordinates the enquiry about them, and is there; or a team or
        authority that took them; or a manager signed off how it ended for them. Who was allocated
        and left is followed by somebody else. A child for whom a concern was raised from a request
        is that contact's, and no other child is.
        """
        if self.is_joined or self.social_worker is not None:
            return False
        if self.allocation is not None and self.ending is None:
            return True
        if self.is_protection and not self.children:
            return not (self._is_let_be or self.is_raised_for_all)
        children = self.child_ids if self.is_protection else self._in_hand()
        return not all(map(self._has_somebody, children))

    @property
    def _is_let_be(self) -> bool:
        return self.ending is not None and self.ending.leaves_nobody_to_find

    def _in_hand(self) -> tuple[str, ...]:
        """Name the children who are on their way to a decision, or went there straight."""
        straight = self.sent_for_decision is not None
        return tuple(c for c in self.let_out if straight or self.ways[c].outcome is None)

    def _has_somebody(self, child_id: str) -> bool:
        way, enquiry = self.ways[child_id], self.authorisation
        there = enquiry is not None and enquiry.gone_at is None
        coordinated = there and way.let_out_at is not None
        let_be = self._is_let_be and child_id in self.ended_for
        return coordinated or let_be or way.handed_over is not None or self._is_raised(child_id)

    def _is_raised(self, child_id: str) -> bool:
        return any(child_id in children for children in self.raised_for.values())

    @property
    def is_raised_for_all(self) -> bool:
        """Whether a concern was raised from it for every child, or for some whom it names not."""
        if not self.children:
            return () in self.raised_for.values()
        over = (self.ways[child].handed_over is not None for child in self.child_ids)
        return all(gone or self._is_raised(c) for c, gone in zip(self.child_ids, over, strict=True))

    @property
    def wants_coordinator(self) -> bool:
        """Whether whoever coordinated its enquiry is not there any more, and it goes on (F6)."""
        gone = self.authorisation is not None and self.authorisation.gone_at is not None
        return gone and not self.is_settled

    @property
    def wants_oversight(self) -> tuple[str, ...]:
        """The children of open cases of whom a manager has to sign off that they came (E2).

        Where this is the other part of a contact, they are signed off there.
        """
        if self.is_joined:
            return ()
        return tuple(child for child in self.child_ids if self.ways[child].wants_oversight)

    @property
    def owes_news(self) -> bool:
        """Whether the referrer is still to be told, or may come to be owed it by a correction."""
        settled = self.ending is not None and self.not_told_because == NOT_OWED
        return not self.is_told and not settled

    @property
    def is_waited_for_in_vain(self) -> bool:
        """Whether notify waits for what becomes of a child who is of the contact no more."""
        return any(self.ways[child].is_gone for child in self.awaited)

    @property
    def needs_full_record(self) -> bool:
        """Whether a social worker completes its record, whatever way it has gone (B14, J4, M1)."""
        if self.path is not Path.CHILD_CONCERN:
            return False
        if self.ending is None:
            return True
        return not self.is_joined and (self.is_protection or not self.ending.needs_no_full_record)

    @property
    def is_whole(self) -> bool:
        """Whether what the law asks for, the talks, the check and the record are done (B2, J4)."""
        owed = (task for task in self.tasks if task.mandatory or task.kind in TALKS)
        if any(task.is_open and (task.mandatory or self.needs_full_record) for task in owed):
            return False
        complete = not self.unchecked and self.completion is not None
        return complete or not self.needs_full_record

    @property
    def cannot_wait(self) -> bool:
        """Whether protection comes before the check of who a child is, which is owed then (B2)."""
        return self.lane is Lane.RED or self.immediate_danger or self.out_of_hours

    @property
    def wants_checks(self) -> bool:
        """Whether it is checked who its children are before it goes any way (B2)."""
        return self.path is Path.CHILD_CONCERN or self.is_protection

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

    def must_be_free_to_ask(self) -> None:
        """Raise the reason why it may not go to the agencies or to a decision (E1, E3, N11, X7)."""
        self.must_go_on()
        if self.authorisation is not None:
            raise AlreadyAuthorisedError("An enquiry has been authorised for this contact.")
        if self.sent_for_decision is not None:
            raise AlreadyAuthorisedError("This contact has been sent for decision.")
        if self.path is not Path.CHILD_CONCERN:
            raise NotAChildConcernError("Only a concern about a child can lead to an enquiry.")
        if self.must_be_split:
            raise TwoFamiliesError(
                "This contact may name children of more than one family: split it first, or say "
                f"that they are of one ({', '.join(self.apart)})."
            )
        self.must_know_whether_known()
        if not self.to_let_out:
            raise RoutedError("Every child is known: this contact goes to whoever knows them.")

    def must_be_free_to_join(self, goes_to: Collection[str]) -> None:
        """Raise for a child who is known, unless the other contact goes to the same case (E1, E2).

        `goes_to` are the cases that the other contact's routes lead to. A request made to the hub
        is answered, and so is part of no other contact (M7).
        """
        self.must_go_on()
        if self.request is not None:
            raise NotAChildConcernError("A request made to the hub is answered, not joined.")
        if self.path is Path.CHILD_CONCERN or self.is_protection:
            self.must_know_whether_known()
        if not {route.record_id for route in self.routes.values()} <= set(goes_to):
            raise RoutedError(
                "A child is known: this contact is signed off or handed over, and is not joined "
                "to one that goes elsewhere."
            )

    def must_go_where_the_child_is_known(self, ending: Ending) -> None:
        """Raise for another end of a concern about a child who is known, or may be (E1, E3).

        That holds for another authority as well: whoever knows the child sends it on.
        """
        concern = self.path is Path.CHILD_CONCERN or self.is_protection
        if not concern or ending.ended_as is Ended.JOINED:
            return
        self.must_know_whether_known()
        if self.routes:
            raise RoutedError("A child is known, and goes to whoever knows them first.")

    def must_know_who(self, children: Collection[str]) -> None:
        """Raise `CheckMissingError` where nobody has checked who these children are (B2).

        Where protection cannot wait the check is owed instead.
        """
        if (
            self.wants_checks
            and not self.cannot_wait
            and not {*self.unchecked}.isdisjoint(children)
        ):
            raise CheckMissingError("First check who each child is.")

    def must_be_sure_who_it_is(self) -> None:
        """Raise as long as the index was not asked or a match is undecided (E1, E3, J4)."""
        self._must_have_looked()
        if self.matching.is_undecided:
            raise MatchUndecidedError("First decide every possible match of this contact.")

    def _must_have_looked(self) -> None:
        if self.look_wanted:
            raise StillLookingError(
                "The case index is still being searched; send it again in a moment."
            )

    def must_know_whether_known(self) -> None:
        """Raise as long as the index was not asked, or this may be the child of a case (E1)."""
        self._must_have_looked()
        if self.matching.may_be_cases():
            raise MatchUndecidedError("First decide whether this is the child of a known case.")
