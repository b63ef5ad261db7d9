"""Words that mean the same everywhere; `docs/glossary.md` explains them."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NewType

AgencyId = NewType("AgencyId", str)
ContactId = NewType("ContactId", str)
CouncilId = NewType("CouncilId", str)
EnquiryId = NewType("EnquiryId", str)
Urgency = NewType("Urgency", str)
"""How great the danger is: the code of a level of risk in the council's policy (X11)."""


class Refusal(Exception):  # noqa: N818 - it is no error: a rule did its work
    """A rule said no; `str(refusal)` is the reason, one sentence without personal data."""


class NotYetError(Refusal):
    """It cannot be taken just now and will be in a moment; the same act may be sent again."""


class FieldRefusedError(Refusal):
    """One field of what was sent cannot stand; `field` names it, the sentence says why."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class NotInPolicyError(FieldRefusedError):
    """A field of what was sent holds a code that the council's policy does not have."""

    def __init__(self, field: str, allowed: Iterable[str]) -> None:
        codes = ", ".join(sorted(allowed)) or "none at all"
        super().__init__(field, f"{field} must be one of {codes}.")


class NotEntitledError(Refusal):
    """The acting person does not hold the role that the council's policy asks for."""


class NotKnownError(Refusal):
    """What is spoken of has never been recorded here."""


class ErasedError(Refusal):
    """What is said or done concerns a contact that was erased: nothing is kept of it any more."""

    def __init__(self) -> None:
        super().__init__("This contact was erased: nothing is taken in about it any more.")


class Lane(StrEnum):
    """Which of a message's two topics it travels on; red is taken before amber at every hop.

    A level of risk says its lane, in the council's policy (X5, X11).
    """

    RED = "red"
    AMBER = "amber"


class ReferrerKind(StrEnum):
    """Who made contact; decides what they may be told (K1, K2, A7)."""

    PROFESSIONAL = "professional"
    PUBLIC = "public"
    ANONYMOUS = "anonymous"


class Channel(StrEnum):
    """How a contact reached the hub (A8, A11, A12)."""

    ONLINE_FORM = "online_form"
    PHONE = "phone"
    IN_PERSON = "in_person"
    EMAIL = "email"
    LETTER = "letter"
    FAX = "fax"
    AGENCY_SYSTEM = "agency_system"


class ConsentStatus(StrEnum):
    """What is known of the family's consent to share information (D6)."""

    GIVEN = "given"
    REFUSED = "refused"
    NOT_POSSIBLE = "not_possible"
    NOT_SOUGHT = "not_sought"
    INFORMED_ONLY = "informed_only"
    OVERRIDDEN = "overridden"
    NOT_EXPECTED = "not_expected"


class ReplyState(StrEnum):
    """How an agency check can end; the hub alone says the last two."""

    INFORMATION = "information"
    NOTHING_KNOWN = "nothing_known"
    DECLINED = "declined"
    UNAVAILABLE = "unavailable"
    NO_REPLY_BY_DEADLINE = "no_reply_by_deadline"
    CANCELLED = "cancelled"

    @property
    def is_answer(self) -> bool:
        """Whether the agency said what it knows; anything else is a gap (H7)."""
        return self in (ReplyState.INFORMATION, ReplyState.NOTHING_KNOWN)


class OutcomeKind(StrEnum):
    """The canonical outcome of a decision; each council has its own name for it."""

    CP_OR_COMPLEX_ASSESSMENT = "cp_or_complex_assessment"
    CHILD_IN_NEED_ASSESSMENT = "child_in_need_assessment"
    EARLY_HELP = "early_help"
    ADDITIONAL_NEEDS_ASSESSMENT = "additional_needs_assessment"
    SINGLE_AGENCY_RESPONSE = "single_agency_response"
    COMMUNITY_SERVICE = "community_service"
    ADVICE_OR_SIGNPOST = "advice_or_signpost"
    NO_FURTHER_ACTION = "nfa"


class StatutoryBasis(StrEnum):
    """The section of the Children Act 1989 under which social care takes a child on (H11)."""

    SECTION_47 = "s47"
    SECTION_17 = "s17"
    NONE = "none"


class Role(StrEnum):
    """What a signed-in person may act as; the council's policy says which acts each may do."""

    BUSINESS_SUPPORT_OFFICER = "business_support_officer"
    SOCIAL_WORKER = "social_worker"
    MASH_MANAGER = "mash_manager"
    HEAD_OF_MASH = "head_of_mash"
    MASH_ADMINISTRATOR = "mash_administrator"
    HEAD_OF_SERVICE = "head_of_service"
    OUT_OF_HOURS_DUTY_SOCIAL_WORKER = "out_of_hours_duty_social_worker"
    SCREENING_TEAM = "screening_team"
    OPERATIONS = "operations"
    INFORMATION_GOVERNANCE_OFFICER = "information_governance_officer"


class Machine(StrEnum):
    """What a program may do that signs in as itself; it is nobody, and holds no role (S10)."""

    FORMS = "forms"
    """Records what came by a council's own web form, and is shown nothing of anybody."""


MANAGERS = (Role.MASH_MANAGER, Role.HEAD_OF_MASH)
"""Who manages the hub, in every council."""


class ClockKind(StrEnum):
    """What is promised by when (J)."""

    AGENCY_CHECK = "agency_check"
    ENQUIRY = "enquiry"
    DECISION = "decision"
    CONTACT_RECORD = "contact_record"
    ACKNOWLEDGEMENT = "acknowledgement"
    REFERRER_TOLD = "referrer_told"
    ALLOCATION = "allocation"
    CHASE = "chase"
    WRITTEN_FOLLOW_UP = "written_follow_up"
    TASK = "task"
    ANSWER_TO_REQUEST = "answer_to_request"


class ClockState(StrEnum):
    """A clock is open until it is met, missed or cancelled, or has rung where it only reminds."""

    OPEN = "open"
    MET = "met"
    MISSED = "missed"
    RUNG = "rung"
    CANCELLED = "cancelled"
