"""What intake says of a contact."""

from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field, JsonValue

from mash_shared.messages import MOST_CHILDREN, ChildIds, Edition, Id, Message, PersonalData
from mash_shared.people import Prose, Referrer, Short
from mash_shared.vocabulary import ConsentStatus, ReferrerKind

JOINED = "joined"
"""How a contact ended that turned out to be the written part of an earlier one (A9, A10)."""


class ContactRecorded(Message):
    """A contact was recorded; notify learns whom to tell, and by which policy (A1, J6, K2)."""

    topic: ClassVar = "contact.recorded.v1"
    owner: ClassVar = "intake"
    consumers: ClassVar = ("notify",)
    personal_data: ClassVar = PersonalData.REFERRER

    reference: Short
    received_at: AwareDatetime
    referrer: Referrer
    child_ids: Annotated[tuple[Id, ...], Field(max_length=MOST_CHILDREN)]
    is_referral: bool = True
    edition: Edition


class ContactEnded(Message):
    """A contact went another way than to a decision; the referrer may be owed that news (B14, E1).

    `ended_as` is a route of the council's policy, or `signposted` and the like.
    """

    topic: ClassVar = "contact.ended.v1"
    owner: ClassVar = "intake"
    consumers: ClassVar = ("notify",)
    personal_data: ClassVar = PersonalData.NONE

    ended_as: Short
    told_at_once: bool
    policy_version: Short
    own_notice: bool = False


class ContactRouted(Message):
    """A known child's contact goes to whoever knows the child (E1, E3); None takes it back.

    The work itself is the case system's: the hub records only its own (O5).
    """

    topic: ClassVar = "contact.routed.v1"
    owner: ClassVar = "intake"
    consumers: ClassVar = ("case system",)
    personal_data: ClassVar = PersonalData.NONE

    route: Short | None = None
    case_ref: Short | None = None
    worker: Short | None = None
    team: Short | None = None
    edition: Edition


class ContactWorkOutstanding(Message):
    """What has to be done or to be there before these children are decided on (D4, N).

    While anything is outstanding it is not decided that nothing more is done (N5, N6); while
    something is `before_any_decision`, a visit, nothing else is decided either (N12).
    `without_consent_to_service` bars the outcomes that rest on consent, and no other (D4). Of two
    messages the one with the higher `edition` holds.
    """

    topic: ClassVar = "contact.work-outstanding.v1"
    owner: ClassVar = "intake"
    consumers: ClassVar = ("decision",)
    personal_data: ClassVar = PersonalData.NONE

    received_at: AwareDatetime
    child_ids: ChildIds
    outstanding: Annotated[tuple[Short, ...], Field(max_length=100)]
    before_any_decision: Annotated[tuple[Short, ...], Field(max_length=100)]
    without_consent_to_service: bool = False
    edition: Edition


class ContactReadyForDecision(Message):
    """What is known is enough: the decision is made without asking the agencies (F3)."""

    topic: ClassVar = "contact.ready-for-decision.v1"
    owner: ClassVar = "intake"
    consumers: ClassVar = ("decision",)
    personal_data: ClassVar = PersonalData.NONE

    received_at: AwareDatetime
    child_ids: ChildIds


class ContactJoined(Message):
    """A contact turned out to be the other part of one, which takes in all it says (A9, A10).

    The contact id is that of the contact that goes on; `urgency` is the level of the one that was
    joined to it. `said` holds its `facts` and what is known of `consent`. Of a referrer with an
    `own_notice` the contact that goes on owes no news.
    """

    topic: ClassVar = "contact.joined.v1"
    owner: ClassVar = "intake"
    consumers: ClassVar = ("intake",)
    personal_data: ClassVar = PersonalData.FAMILY

    joining: Id
    received_at: AwareDatetime
    text: Prose
    by: Short
    said: dict[str, JsonValue] = Field(default_factory=dict)
    immediate_danger: bool = False
    own_notice: bool = False


class ChildAllegedToHarm(Message):
    """Somebody said to do harm is a child: they get a contact of their own (N10).

    The contact id is that of the new contact; it holds nothing of the other family. It goes by the
    rule of consent for whoever spoke of the child, `referred_by`, and by what that family said
    where it said no, or must not learn of it: nobody consents for another family's child.
    """

    topic: ClassVar = "child.alleged-to-harm.v1"
    owner: ClassVar = "intake"
    consumers: ClassVar = ("intake",)
    personal_data: ClassVar = PersonalData.FAMILY

    arising_from: Id
    received_at: AwareDatetime
    recorded_by: Short
    full_name: Short | None = None
    date_of_birth_in_part: Short | None = None
    whereabouts: Prose | None = None
    referred_by: ReferrerKind = ReferrerKind.ANONYMOUS
    consent_status: ConsentStatus = ConsentStatus.NOT_SOUGHT
    do_not_inform: Short | None = None
