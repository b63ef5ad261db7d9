"""What has to hold before a contact goes any way: that it is new, that it is known whose it is."""

from dataclasses import dataclass

from intake.domain.ending import Ended, Ending
from intake.domain.people import Findable
from intake.domain.progress import NOT_OWED
from intake.domain.refusals import (
    AlreadyEndedError,
    AlreadyRecordedError,
    MatchUndecidedError,
    RoutedError,
    StillLookingError,
)
from intake.domain.task import TALKS
from mash_shared.policy.front_door import Path
from mash_shared.vocabulary import NotKnownError


@dataclass(slots=True, kw_only=True)
class Guarded(Findable):
    """A contact that refuses what must not be done with it."""

    @property
    def needs_worker(self) -> bool:
        """Whether it is about protection and nobody has the child yet (E6).

        Somebody has who is named, or a team or authority that took it; or a manager signed off how
        it ended.
        """
        ended = self.ending is not None and self.ending.leaves_nobody_to_find
        has = self.allocation is not None or self.authorisation is not None or ended
        return self.is_protection and not has

    @property
    def wants_oversight(self) -> bool:
        """Whether the manager's sign-off on the contact of an open case is missing (E2)."""
        return self.route is not None and self.route.overseen and self.oversight is None

    @property
    def owes_news(self) -> bool:
        """Whether the referrer is still to be told, or may come to be owed it by a correction."""
        settled = self.ending is not None and self.not_told_because == NOT_OWED
        return self.told_at is None and not settled

    @property
    def needs_full_record(self) -> bool:
        """Whether a social worker completes its record, whatever way it has gone (B14, J4, M1)."""
        if self.path is not Path.CHILD_CONCERN:
            return False
        if self.ending is None:
            return True
        joined = self.ending.ended_as is Ended.JOINED
        return not joined and (self.is_protection or not self.ending.needs_no_full_record)

    @property
    def is_whole(self) -> bool:
        """Whether what the law asks for, the talks, the check and the record are done (B2, J4)."""
        owed = (task for task in self.tasks if task.mandatory or task.kind in TALKS)
        if any(task.is_open and (task.mandatory or self.needs_full_record) for task in owed):
            return False
        checked = self.demographic_check is not None or not self.children
        return not self.needs_full_record or (checked and self.completion is not None)

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

    def must_be_free_to_join(self, goes_to: str | None) -> None:
        """Raise for a child who is known, unless the other contact goes to the same case (E1, E2).

        `goes_to` is the case that the other contact's route leads to.
        """
        self.must_go_on()
        if self.path is Path.CHILD_CONCERN or self.is_protection:
            self.must_know_whether_known()
        if self.route is not None and self.route.record_id != goes_to:
            raise RoutedError(
                "The child is known: this contact is signed off or handed over, and is not joined "
                "to one that goes elsewhere."
            )

    def must_go_where_the_child_is_known(self, ending: Ending) -> None:
        """Raise for another end of a concern about a child who is known, or may be (E1-E3).

        That holds for another authority as well: whoever knows the child sends it on.
        """
        concern = self.path is Path.CHILD_CONCERN or self.is_protection
        if not concern or ending.ended_as is Ended.JOINED:
            return
        self.must_know_whether_known()
        if self.route is not None and not ending.goes_to_who_knows_the_child:
            raise RoutedError("The child is known: this contact goes to whoever knows them.")

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
        if self.matching.may_be_a_case:
            raise MatchUndecidedError("First decide whether this is the child of a known case.")
