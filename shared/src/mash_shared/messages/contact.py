"""What intake says of a contact."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, ConfigDict, Field, JsonValue

from mash_shared.messages import MOST_CHILDREN, ChildIds, ContactMessage, Edition, Id, PersonalData
from mash_shared.people import Prose, Referrer, Short
from mash_shared.reminders import Reminder
from mash_shared.vocabulary import Channel, ConsentStatus, ReferrerKind

JOINED = "joined"
"""How a contact ended that turned out to be the written part of an earlier one (A9, A10)."""


class ContactRecorded(ContactMessage):
    """A contact was recorded; notify learns whom to tell, and of which children (A1, J6, K2).

    `child_ids` are those of whom a decision is still owed, `passed_on` those who went to whoever
    knows them. Whoever is in neither any more, was struck or went elsewhere, is waited for no
    longer.
    """

    topic: ClassVar = "contact.recorded.v1"
    owner: ClassVar = "intake"
    consumers: ClassVar = ("notify",)
    personal_data: ClassVar = PersonalData.REFERRER

    reference: Short
    received_at: AwareDatetime
    referrer: Referrer
    child_ids: Annotated[tuple[Id, ...], Field(max_length=MOST_CHILDREN)]
    passed_on: Annotated[dict[Id, Short], Field(max_length=MOST_CHILDREN)] = Field(
        default_factory=dict
    )
    is_referral: bool = True
    edition: Edition


class ContactEnded(ContactMessage):
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


class ContactRouted(ContactMessage):
    """A known child goes to whoever knows them (E1, E3); without a route that is taken back.

    Each child of a contact has a way of their own: two with two workers are two messages. The work
    itself is the case system's: the hub records only its own (O5).
    """

    topic: ClassVar = "contact.routed.v1"
    owner: ClassVar = "intake"
    consumers: ClassVar = ("case system",)
    personal_data: ClassVar = PersonalData.NONE

    child_id: Id
    route: Short | None = None
    case_ref: Short | None = None
    worker: Short | None = None
    team: Short | None = None
    edition: Edition


Gone = Literal["struck", "handed_over", "split_off"]
"""Why a child is no longer decided on here: recorded by mistake, with whoever knows them, or in a
contact of their own family."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildWork:
    """What has to be done or to be there before one child is decided on (D4, N).

    While anything is `outstanding` it is not decided that nothing more is done (N5, N6); while
    something is `before_any_decision`, a visit, nothing else is decided either (N12).
    `without_consent_to_service` bars the outcomes that rest on consent, and no other (D4). Nothing
    is decided of a child who is `gone`. `facts` counts how often what is known of the child or the
    family was corrected: a judgement made on fewer did not know of the rest. `social_worker` has
    the child, `reminders` are what is easily overlooked of them (N1, O13); `coordinator` puts the
    replies together now, where that is no longer whom the enquiry began with.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    child_id: Id
    outstanding: Annotated[tuple[Short, ...], Field(max_length=100)] = ()
    before_any_decision: Annotated[tuple[Short, ...], Field(max_length=100)] = ()
    without_consent_to_service: bool = False
    case_open: bool = False
    facts: Annotated[int, Field(ge=0)] = 0
    social_worker: Short | None = None
    coordinator: Short | None = None
    reminders: Annotated[tuple[Reminder, ...], Field(max_length=20)] = ()
    gone: Gone | None = None


class ContactWorkOutstanding(ContactMessage):
    """What comes before a decision, for each child of a contact (D4, N).

    A duty is its own child's; one of the whole family is in every child's. Of two messages the one
    with the higher `edition` holds.
    """

    topic: ClassVar = "contact.work-outstanding.v1"
    owner: ClassVar = "intake"
    consumers: ClassVar = ("decision",)
    personal_data: ClassVar = PersonalData.NONE

    received_at: AwareDatetime
    children: Annotated[tuple[ChildWork, ...], Field(min_length=1, max_length=MOST_CHILDREN)]
    edition: Edition


class ContactReadyForDecision(ContactMessage):
    """What is known is enough: the decision is made without asking the agencies (F3).

    It comes again for a child who is learnt of later.
    """

    topic: ClassVar = "contact.ready-for-decision.v1"
    owner: ClassVar = "intake"
    consumers: ClassVar = ("decision",)
    personal_data: ClassVar = PersonalData.NONE

    received_at: AwareDatetime
    child_ids: ChildIds


MOST_HEARD = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardFrom:
    """Who referred in a contact that is part of another; what has the higher `edition` holds."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    kind: ReferrerKind
    edition: Edition


HeardFromAll = Annotated[dict[Id, HeardFrom], Field(max_length=MOST_HEARD)]


class ContactJoined(ContactMessage):
    """A contact turned out to be the other part of one, which takes in all it says (A9, A10).

    The contact id is that of the contact that goes on; `urgency` and `lane` are of the one that
    was joined to it. `said` holds its `facts` and what is known of `consent`. Of a referrer with an
    `own_notice` the contact that goes on owes no news. `heard_from` says who referred, by contact:
    the strictest of their rules of consent holds (D4). Where that was corrected it is said `again`,
    and nothing else is taken in.
    """

    topic: ClassVar = "contact.joined.v1"
    owner: ClassVar = "intake"
    consumers: ClassVar = ("intake",)
    personal_data: ClassVar = PersonalData.FAMILY

    joining: Id
    asked_for: Annotated[tuple[Short, ...], Field(max_length=20)] = ()
    received_at: AwareDatetime
    text: Prose
    by: Short
    said: dict[str, JsonValue] = Field(default_factory=dict)
    immediate_danger: bool = False
    own_notice: bool = False
    heard_from: HeardFromAll = Field(default_factory=dict)
    again: bool = False


class ContactConcernRaised(ContactMessage):
    """What a request to the hub told of is a concern about children: it gets a contact (M10).

    The contact id is that of the new contact, `said` what would be sent to record it: who asked, or
    told the hub, has referred the children by that, when the request was received.
    """

    topic: ClassVar = "contact.concern-raised.v1"
    owner: ClassVar = "intake"
    consumers: ClassVar = ("intake",)
    personal_data: ClassVar = PersonalData.FAMILY

    arising_from: Id
    recorded_by: Short
    said: dict[str, JsonValue]


class ContactSplit(ContactMessage):
    """Children of another family, or learnt of after it ended, go to a linked contact (N11).

    The contact id is that of the new contact, which shares a group with the one it was
    `split_from`: together they are one referral (E4). `said` holds what goes along with the
    children, and nothing of a family that stays.
    """

    topic: ClassVar = "contact.split.v1"
    owner: ClassVar = "intake"
    consumers: ClassVar = ("intake",)
    personal_data: ClassVar = PersonalData.FAMILY

    split_from: Id
    group_id: Short
    received_at: AwareDatetime
    channel: Channel
    request_type: Short | None = None
    also_asked: Annotated[tuple[Short, ...], Field(max_length=20)] = ()
    immediate_danger: bool = False
    by: Short
    said: dict[str, JsonValue]


class ChildAllegedToHarm(ContactMessage):
    """Somebody said to do harm is a child: they get a contact of their own (N10).

    The contact id is that of the new contact; it holds nothing of the other family. It goes by the
    strictest rule of consent of whoever spoke of the child, `referred_by` and those in
    `heard_from`, and by what that family said where it said no, or must not learn of it: nobody
    consents for another family's child.
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
    heard_from: HeardFromAll = Field(default_factory=dict)
    consent_status: ConsentStatus = ConsentStatus.NOT_SOUGHT
    do_not_inform: Short | None = None
