"""The refusals of a contact's own rules; each says why in the sentence it is raised with."""

from mash_shared.vocabulary import NotYetError, Refusal


class AlreadyRecordedError(Refusal):
    """A contact is recorded once; what is learnt later never overwrites it."""


class AlreadyEndedError(Refusal):
    """The contact went another way."""


class AlreadyAuthorisedError(Refusal):
    """An enquiry goes out once (I3), and nothing else may be done instead of it then."""


class AlreadyDoneError(Refusal):
    """This was done before, by somebody."""


class NotAChildConcernError(Refusal):
    """A request to the hub, a consultation or a question never becomes an enquiry (M1, A14)."""


class NoAnswerOwedError(Refusal):
    """Nobody asks the hub for anything here, or it was answered too often to be one request (M)."""


class CheckMissingError(Refusal):
    """Nothing goes its way before it was checked who each child is (B2)."""


class ChildUnnamedError(Refusal):
    """Work that is each child's own is not done for a contact of several without saying whose."""


class RoutedError(Refusal):
    """A known child's contact goes to whoever knows them, not to the agencies (E1, X7)."""


class MatchUndecidedError(Refusal):
    """A contact goes no way before it is known whether the child is (E1)."""


class SignOffMissingError(Refusal):
    """A worry about harm is ended by nobody alone."""


class StillLookingError(NotYetError):
    """Nothing goes out before the case index has been asked (E1)."""


class TwoFamiliesError(Refusal):
    """Children of two families never share an enquiry or a decision (N11)."""


class LastChildError(Refusal):
    """A concern is about a child at least: it is ended, not emptied."""


class SeveralKnowError(Refusal):
    """Children who are known to different people are not handed over in one act (E1, E3)."""


class UnknownChildError(Refusal):
    """Something names a child of another contact; it is never attached."""


class WorkOutstandingError(Refusal):
    """Work that the law asks for comes first (N5, N6, N12)."""
