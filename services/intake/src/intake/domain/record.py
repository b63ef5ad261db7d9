"""What a contact is: everything that is kept of it."""

from dataclasses import dataclass, field
from datetime import datetime

from intake.domain.consent import ConsentRecord
from intake.domain.ending import Ended, Ending, SignOff
from intake.domain.facts import Facts, KnownChild
from intake.domain.match import Route
from intake.domain.matching import Matching
from intake.domain.progress import (
    Allocation,
    Authorisation,
    Completion,
    ContactState,
    DayAcceptance,
    DemographicCheck,
    EarlierFacts,
    FamilyTold,
    FollowUp,
    HubRequest,
    Oversight,
    Pause,
    SentForDecision,
    Standing,
)
from intake.domain.queue import Queue
from intake.domain.task import Task, TaskKind
from mash_shared.clocks import Aggregate
from mash_shared.policy.front_door import Path
from mash_shared.vocabulary import (
    Channel,
    OutcomeKind,
    ReferrerKind,
)

WorkTold = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""Work, what of it comes first, and children, as whoever decides was last told (N)."""


@dataclass(slots=True, kw_only=True)
class ContactRecord(Aggregate):
    """One approach to the hub (A1, B1, B13); everything known of it, and who did what.

    `referred_by` is who spoke of a child said to do harm, in whose contact no referrer stands
    (N10). What `is_news` has others looked up again; `news` counts that. `is_protection` and
    `without_consent_to_service` are weighed at every change, and `service_barred_told` is what
    whoever decides knows of the latter. `proposed_ending` waits for a manager, and `sign_offs` are
    what managers said. `stopped_at` is when its enquiry was stopped for want of consent.
    `referrals` is how often this child or family came, this time included; `harm_level` ranks the
    harm that is said or was found (N17, N18). Both are kept for look-ups.
    """

    state: ContactState = ContactState.RECORDED
    path: Path = Path.CHILD_CONCERN
    request_type: str | None = None
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
    alleged_contacts: list[str] = field(default_factory=list)
    facts: Facts = field(default_factory=Facts)
    superseded: list[EarlierFacts] = field(default_factory=list)
    consent: ConsentRecord = field(default_factory=ConsentRecord)
    matching: Matching = field(default_factory=Matching)
    look_wanted: bool = False
    look_number: int = 0
    news: int = 0
    is_news: bool = False
    route: Route | None = None
    demographic_check: DemographicCheck | None = None
    completion: Completion | None = None
    follow_up: FollowUp | None = None
    allocation: Allocation | None = None
    earlier_allocations: list[Allocation] = field(default_factory=list)
    allocation_alarmed_at: datetime | None = None
    oversight: Oversight | None = None
    pauses: list[Pause] = field(default_factory=list)
    request: HubRequest | None = None
    tasks: list[Task] = field(default_factory=list)
    attachments: list[dict[str, str]] = field(default_factory=list)
    edition: int = 0
    enquiry_told: str = ""
    amendments: int = 0
    work_told: WorkTold = ((), (), ())
    service_barred_told: bool = False
    graded_told: str = ""
    told: list[FamilyTold] = field(default_factory=list)
    placed_at: datetime | None = None
    authorisation: Authorisation | None = None
    stopped_at: datetime | None = None
    sent_for_decision: SentForDecision | None = None
    ending: Ending | None = None
    proposed_ending: Ending | None = None
    sign_offs: list[SignOff] = field(default_factory=list)
    outcomes: dict[str, OutcomeKind] = field(default_factory=dict)
    told_at: datetime | None = None
    not_told_because: str | None = None
    waiting: dict[Queue, datetime] = field(default_factory=dict)
    found_by: tuple[str, ...] = ()
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
            immediate_danger=self.immediate_danger,
            received_at=self.received_at,
            channel=self.channel,
        )

    @property
    def graded(self) -> str:
        """The level and the receipt from which promises run, as whoever decides is told of them."""
        return f"{self.urgency} {self.received_at}" if self.is_on_its_way else ""

    @property
    def is_referral(self) -> bool:
        """Whether somebody referred a child: no question, no request, no child said to do harm."""
        return self.path is Path.CHILD_CONCERN and self.alleged_in is None

    @property
    def counts(self) -> bool:
        """Whether it counts as a referral of its own: not as the other part of one (E4, A9)."""
        joined = self.ending is not None and self.ending.ended_as is Ended.JOINED
        return self.is_referral and not joined

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
        ways = (ContactState.DECIDED, ContactState.ENDED, ContactState.CLOSED)
        return self.state in ways

    @property
    def children(self) -> tuple[KnownChild, ...]:
        """The children it is about."""
        return self.facts.children

    @property
    def child_ids(self) -> tuple[str, ...]:
        """The hub's own ids of the children."""
        return tuple(child.child_id for child in self.children)

    @property
    def work_outstanding(self) -> tuple[str, ...]:
        """What the law has somebody do and is still to be done, by its code (N)."""
        law = (task for task in self.tasks if task.kind is TaskKind.CIRCUMSTANCE)
        return tuple(dict.fromkeys(task.of for task in law if task.is_open))

    @property
    def pause(self) -> Pause | None:
        """The wait for a talk with the family that the contact is in (D5)."""
        waiting = (pause for pause in self.pauses if pause.ended_at is None)
        return next(waiting, None)

    def next_edition(self) -> int:
        """Count one more thing said of this contact: readers go by it, for clocks may step back."""
        self.edition += 1
        return self.edition
