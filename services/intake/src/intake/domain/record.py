"""What a contact is: everything that is kept of it."""

from dataclasses import dataclass, field
from datetime import datetime

from intake.domain.answer import Answer, Disclosure, Reopened
from intake.domain.asked_for import ASKED_FOR
from intake.domain.authorisation import Authorisation
from intake.domain.consent import ConsentRecord
from intake.domain.ending import Ended, Ending, SignOff
from intake.domain.facts import Facts, KnownChild
from intake.domain.family import Asked
from intake.domain.figures import Figures
from intake.domain.glass import BrokenGlass
from intake.domain.matching import Matching
from intake.domain.one_family import OneFamily
from intake.domain.progress import (
    UNSETTLED,
    Allocation,
    Completion,
    ContactState,
    DayAcceptance,
    EarlierFacts,
    FamilyTold,
    FollowUp,
    HubRequest,
    Pause,
    Placed,
    SentForDecision,
    Standing,
)
from intake.domain.queue import Queue
from intake.domain.task import Task
from intake.domain.way import ChildWay
from mash_shared.clocks import Aggregate
from mash_shared.messages.contact import ChildWork, HeardFrom
from mash_shared.policy.front_door import Path
from mash_shared.vocabulary import Channel, ReferrerKind


@dataclass(slots=True, kw_only=True)
class ContactRecord(Aggregate):
    """One approach to the hub (A1, B1, B13); everything known of it, and who did what.

    `referred_by` is who spoke of a child said to do harm, in whose contact no referrer stands
    (N10). What `is_news` has others looked up again; `news` counts that. `ways` holds one for every
    child it ever was about, `facts` the children it is about now; `split_from` is the contact that
    they were split off from. `is_protection` and `without_consent_to_service` are weighed at every
    change. What ends in `_told` is what others were last told: whoever runs the enquiry, whoever
    tells the referrer, whoever decides; `awaited` are the children of whom the referrer was to hear
    then. `proposed_ending` waits for a manager, and `sign_offs` are what managers said.
    `stopped_at` is when its enquiry was stopped, for want of consent or because no child is left in
    it. `referrals` is how often this child or family came, this time included; `harm_level` ranks
    the harm that is said or was found (N17, N18). Both are kept for look-ups.
    `also_asked` is what else was asked for, on further parts of one form or in a contact that was
    joined to it, `form_parts` the parts of the council's forms that it came on (A5). `arises_from`
    is the request from which this concern was raised, `concerns` are those raised from this
    request, `raised_for` the children of this request whom each is about. `ended_for` are the
    children whom it was about when it ended, `had_somebody` says whether each had somebody when it
    was last weighed (E6). `graded_at` is when the level that holds was found, `first_graded_at`
    when the first was, `collected_at` when the newest record that was decided on was collated,
    `tell_by` the promise to the referrer, `week` that of receipt; `figures` are what is counted of
    it (O6, O14). `heard_from` is who referred in contacts that are part of this one, and
    `referrer_said` who was said to have referred here (D4).
    `call_back_of` is the agency by which its referrer is to be rung back, empty where that is none
    of the policy's (A18). `workers` work on it as long as it is open; with `staff_wanted` the
    directory is asked of them. `one_family` says whose they are, `asked` what agencies know.
    """

    LOOKED_UP, PLAIN = "found_by", Aggregate.PLAIN | ASKED_FOR

    state: ContactState = ContactState.RECORDED
    path: Path = Path.CHILD_CONCERN
    request_type: str | None = None
    also_asked: tuple[str, ...] = ()
    form_parts: tuple[tuple[str, str], ...] = ()
    reference: str = ""
    quoted_reference: str | None = None
    group_id: str | None = None
    channel: Channel = Channel.PHONE
    received_at: datetime | None = None
    recorded_at: datetime | None = None
    recorded_by: str = ""
    policy_version: str = ""
    immediate_danger: bool = False
    is_protection: bool = False
    without_consent_to_service: bool = False
    out_of_hours: bool = False
    accepted_by_day: list[DayAcceptance] = field(default_factory=list)
    alleged_in: str | None = None
    referred_by: ReferrerKind = ReferrerKind.ANONYMOUS
    alleged_contacts: dict[str, str] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)
    facts_number: int = 0
    superseded: list[EarlierFacts] = field(default_factory=list)
    heard_from: dict[str, HeardFrom] = field(default_factory=dict)
    referrer_said: HeardFrom | None = None
    consent: ConsentRecord = field(default_factory=ConsentRecord)
    matching: Matching = field(default_factory=Matching)
    look_wanted: bool = False
    look_number: int = 0
    news: int = 0
    is_news: bool = False
    ways: dict[str, ChildWay] = field(default_factory=dict)
    split_from: str | None = None
    one_family: list[OneFamily] = field(default_factory=list)
    completion: Completion | None = None
    earlier_completions: list[Completion] = field(default_factory=list)
    follow_up: FollowUp | None = None
    allocation: Allocation | None = None
    earlier_allocations: list[Allocation] = field(default_factory=list)
    allocation_alarmed_at: datetime | None = None
    pauses: list[Pause] = field(default_factory=list)
    request: HubRequest | None = None
    answers: list[Answer] = field(default_factory=list)
    disclosures: list[Disclosure] = field(default_factory=list)
    reopened: list[Reopened] = field(default_factory=list)
    arises_from: str | None = None
    concerns: list[str] = field(default_factory=list)
    raised_for: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ended_for: tuple[str, ...] = ()
    had_somebody: bool = False
    tasks: list[Task] = field(default_factory=list)
    attachments: list[dict[str, str]] = field(default_factory=list)
    edition: int = 0
    enquiry_told: str = ""
    asked: Asked | None = None
    amendments: int = 0
    awaited: tuple[str, ...] = ()
    referrer_told: str = ""
    work_told: dict[str, ChildWork] = field(default_factory=dict)
    graded_told: str = ""
    told: list[FamilyTold] = field(default_factory=list)
    placements: list[Placed] = field(default_factory=list)
    broken_glass: list[BrokenGlass] = field(default_factory=list)
    authorisation: Authorisation | None = None
    stopped_at: datetime | None = None
    sent_for_decision: SentForDecision | None = None
    ending: Ending | None = None
    proposed_ending: Ending | None = None
    sign_offs: list[SignOff] = field(default_factory=list)
    told_at: datetime | None = None
    not_told_because: str | None = None
    waiting: dict[Queue, datetime] = field(default_factory=dict)
    found_by: tuple[str, ...] = ()
    call_back_of: str | None = None
    workers: tuple[str, ...] = ()
    staff_wanted: bool = False
    staff_seen: dict[str, int] = field(default_factory=dict)
    staff_looked_at: datetime | None = None
    first_graded_at: datetime | None = None
    graded_at: datetime | None = None
    collected_at: datetime | None = None
    collected_record: int = 0
    decided_at: datetime | None = None
    tell_by: datetime | None = None
    week: str = ""
    figures: Figures | None = None
    referrals: int = 1
    harm_level: int = 0

    @property
    def is_recorded(self) -> bool:
        """Whether anything beyond the id is known."""
        return self.recorded_at is not None

    @property
    def standing(self) -> Standing:
        """What a recorded contact goes by beside its facts."""
        assert self.received_at is not None  # noqa: S101 - a recorded contact has it
        return Standing(
            urgency=self.urgency,
            request_type=self.request_type,
            also_asked=self.also_asked,
            immediate_danger=self.immediate_danger,
            received_at=self.received_at,
            channel=self.channel,
        )

    @property
    def graded(self) -> str:
        """Level, lane and receipt, by which promises run, as whoever decides is told of them."""
        return f"{self.urgency} {self.lane} {self.received_at}" if self.is_on_its_way else ""

    @property
    def social_worker(self) -> str | None:
        """Who has the child, once somebody has and as long as they are there (E6, F7)."""
        one = self.allocation
        return one.social_worker if one and one.gone_at is None else None

    @property
    def is_referral(self) -> bool:
        """Whether somebody referred a child: no question, no request, no child said to do harm."""
        return self.path is Path.CHILD_CONCERN and self.alleged_in is None

    @property
    def counts(self) -> bool:
        """Whether it counts as a referral of its own: not as the other part of one (E4, A9)."""
        return self.is_referral and not self.is_joined

    @property
    def is_joined(self) -> bool:
        """Whether it is the other part of a contact, which goes on with all it said (A9, A10)."""
        return self.ending is not None and self.ending.ended_as is Ended.JOINED

    def be_news(self) -> None:
        """Have contacts about the same people looked up again: what counts of this one changed."""
        self.news += 1
        self.is_news = True

    @property
    def awaits_form(self) -> bool:
        """Whether the written part of a telephoned worry is still to come (A9, A10)."""
        return self.follow_up is not None and self.follow_up.arrived_at is None

    @property
    def is_from_professional(self) -> bool:
        """Whether a professional referred, from whom more is expected (A9, C2, D6, J5)."""
        referrer = self.facts.referrer
        return referrer is not None and referrer.kind is ReferrerKind.PROFESSIONAL

    @property
    def is_on_its_way(self) -> bool:
        """Whether it goes to a decision, by an enquiry or straight."""
        return self.authorisation is not None or self.sent_for_decision is not None

    @property
    def has_gone(self) -> bool:
        """Whether it has gone one way or another, so that no route can change that."""
        return self.ending is not None or self.is_on_its_way

    @property
    def is_settled(self) -> bool:
        """Whether it has been decided, or has ended another way."""
        return self.state not in UNSETTLED

    @property
    def children(self) -> tuple[KnownChild, ...]:
        """The children it is about."""
        return self.facts.children

    @property
    def child_ids(self) -> tuple[str, ...]:
        """The hub's own ids of the children."""
        return tuple(child.child_id for child in self.children)

    def next_edition(self) -> int:
        """Count one more thing said of this contact: readers go by it, for clocks may step back."""
        self.edition += 1
        return self.edition
