"""One council's policy: everything in which it differs from the others."""

from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Annotated

from pydantic import Field

from mash_shared.clocks import CLOSING, Clock
from mash_shared.policy.acts import (
    AgencyPolicy,
    Deciding,
    Disclosing,
    Disputes,
    Gate,
    OutcomePolicy,
    Partners,
    ReverseEnquiry,
)
from mash_shared.policy.calendar import Calendar, DueTime
from mash_shared.policy.clocks import Clocks
from mash_shared.policy.consent import ConsentPolicy
from mash_shared.policy.front_door import (
    BreakGlass,
    ContactPolicy,
    Council,
    Emergency,
    NightAct,
    OutOfHours,
    Path,
    Routing,
    SubjectAccess,
    Threshold,
)
from mash_shared.policy.hours import Duration, Hours
from mash_shared.policy.levels import Limits, RiskLevel
from mash_shared.policy.places import Places
from mash_shared.policy.retention import Retention
from mash_shared.policy.telling import Notices
from mash_shared.policy.terms import NOT_YET_READ, Code, Key, Origin, Section, Slug, Text
from mash_shared.vocabulary import ClockKind, Lane, ReferrerKind, Role, Urgency


class Pack(Section):
    """A pack as loaded: the council's own values, and the stated defaults where it is silent.

    `silent` names the keys that took the stated default; `assumed` those on which the pages are
    silent too, wholly or in part, but where this pack says for itself what holds.
    """

    silent: tuple[Key, ...] = ()
    assumed: tuple[Key, ...] = ()
    council: Council
    contact: ContactPolicy
    threshold: Threshold
    roles: dict[Role, Text] = Field(min_length=1)
    agencies: dict[Slug, AgencyPolicy] = Field(min_length=1)
    partners: Partners
    risk_levels: dict[Code, RiskLevel] = Field(min_length=1)
    gate: Gate
    clocks: Clocks
    hours: Hours
    out_of_hours: OutOfHours
    break_glass: BreakGlass
    subject_access: SubjectAccess
    emergency: Emergency
    consent: ConsentPolicy
    routing: Routing
    deciding: Deciding
    outcomes: dict[Code, OutcomePolicy] = Field(min_length=1)
    places: Places
    notices: Notices
    disputes: Annotated[Disputes, NOT_YET_READ]
    reverse_enquiries: dict[Code, ReverseEnquiry]
    disclosing: Disclosing
    retention: Retention

    @cached_property
    def version(self) -> str:
        """What decisions and clocks store: council, version and a fingerprint of every value."""
        fingerprint = sha256(self.model_dump_json().encode()).hexdigest()[:12]
        return f"{self.council.id}/{self.council.version}+{fingerprint}"

    @cached_property
    def calendar(self) -> Calendar:
        """The council's working time."""
        return Calendar(self.hours)

    @cached_property
    def mandatory_agencies(self) -> tuple[str, ...]:
        """Whom every enquiry is sent to: the mandatory agencies that have a gateway (F9)."""
        return tuple(a for a in self.partners.mandatory if self.agencies[a].has_gateway)

    @cached_property
    def optional_agencies(self) -> tuple[str, ...]:
        """Members who are asked only for a reason (F10, F11)."""
        return tuple(a for a in self.partners.members if a not in self.partners.mandatory)

    @cached_property
    def awaiting_gateway(self) -> tuple[str, ...]:
        """Mandatory agencies that nothing can be sent to yet; people ask them by telephone."""
        return tuple(a for a in self.partners.mandatory if not self.agencies[a].has_gateway)

    def on_duty(self, act: NightAct, at: datetime) -> set[Role]:
        """Give who may do this because the hub is closed at `at`, an aware datetime (O9, O10)."""
        if act not in self.out_of_hours.acts or self.calendar.is_open(at):
            return set()
        return {self.out_of_hours.role}

    def origin(self, key: str) -> Origin:
        """Say where the value of a dotted key comes from."""
        if any(f"{key}.".startswith(f"{mark}.") for mark in self.silent):
            return Origin.STATED_DEFAULT
        if any(f"{key}.".startswith(f"{mark}.") for mark in self.assumed):
            return Origin.ASSUMPTION
        return Origin.PAGE

    def from_gravest(self) -> list[tuple[Urgency, RiskLevel]]:
        """Give the levels of risk by their codes, the gravest first."""
        levels = [(Urgency(code), level) for code, level in self.risk_levels.items()]
        return sorted(levels, key=lambda item: item[1].severity, reverse=True)

    def lane_of(self, level: Urgency) -> Lane:
        """Give the lane that a level travels on."""
        return self.risk_levels[self.held(level)].lane

    def is_graver(self, level: Urgency, other: Urgency) -> bool:
        """Whether a level is graver than another."""
        return self._severity(level) > self._severity(other)

    def graver(self, level: Urgency, other: Urgency) -> Urgency:
        """Give the graver of two levels, the first where they are alike."""
        return other if self.is_graver(other, level) else level

    def _severity(self, level: Urgency) -> int:
        return self.risk_levels[self.held(level)].severity

    def held(self, level: Urgency) -> Urgency:
        """Give the level; in place of one that this pack has no more, the gravest that it has."""
        if level in self.risk_levels:
            return level
        return self.from_gravest()[0][0]

    def due(self, kind: ClockKind, urgency: Urgency, start: datetime) -> DueTime:
        """Give the due time (UTC) of a clock started at `start`, an aware datetime."""
        return self.calendar.due(start, self.clocks.lasting(kind, self.held(urgency)))

    def clock(self, kind: ClockKind, urgency: Urgency, start: datetime, *, of: str = "") -> Clock:
        """Start a clock at `start`, an aware datetime, under this policy and its calendar."""
        return self._clock(kind, self.clocks.lasting(kind, self.held(urgency)), start, of=of)

    def telling_clock(self, referrer: ReferrerKind, urgency: Urgency, start: datetime) -> Clock:
        """Start the clock of telling this referrer at `start`, an aware datetime (J6, J7)."""
        return self._clock(
            ClockKind.REFERRER_TOLD, self.told_within(referrer, urgency), start, of=""
        )

    def answering_clock(self, request: str, start: datetime) -> Clock:
        """Start the clock of answering a request made to the hub (M)."""
        within = self.reverse_enquiries[request].answer_within
        return self._clock(ClockKind.ANSWER_TO_REQUEST, within, start, of="")

    def form_part(self, request_type: str | None) -> tuple[str, str] | None:
        """Give which part of which of the council's forms a request is made on (A5)."""
        asked = self.contact.request_types.get(request_type or "")
        if asked is None or asked.form is None or asked.part is None:
            return None
        return asked.form, asked.part

    def taken_from(self, agency: str) -> tuple[str, ReverseEnquiry] | None:
        """Give what an agency tells and asks by its own gateway, None where it does neither."""
        kinds = self.reverse_enquiries.items()
        return next(((code, one) for code, one in kinds if one.gateway == agency), None)

    def task_clock(self, limits: Limits, urgency: Urgency, start: datetime, *, of: str) -> Clock:
        """Start the clock of one task; `limits` are one of the pack's own, a call-back's say."""
        return self._clock(ClockKind.TASK, limits.of(self.held(urgency)), start, of=of)

    def closing_clock(self, start: datetime) -> Clock:
        """Start the reminder that rings when the hub closes next (O9)."""
        return Clock(
            kind=ClockKind.CHASE,
            of=CLOSING,
            started_at=start,
            due_at=self.calendar.next_closing(start),
            policy_version=self.version,
            calendar_version=self.calendar.version,
            part=1.0,
        )

    def dated_clock(self, start: datetime, due_at: datetime, *, of: str) -> Clock:
        """Start the clock of a task whose time a person has set (J11)."""
        return Clock(
            kind=ClockKind.TASK,
            of=of,
            started_at=start,
            due_at=due_at,
            policy_version=self.version,
            calendar_version=self.calendar.version,
        )

    def service_of(self, request_type: str | None) -> str:
        """Give the service that a request type asks for, empty where it names none."""
        named = self.contact.request_types.get(request_type or "")
        return (named.service if named else None) or ""

    def path_of(self, request_type: str | None) -> Path:
        """Give what a request leads to; a contact that asks for nothing is about a child."""
        named = self.contact.request_types.get(request_type or "")
        return named.path if named else Path.CHILD_CONCERN

    def _clock(self, kind: ClockKind, within: Duration, start: datetime, *, of: str) -> Clock:
        due = self.calendar.due(start, within)
        return Clock(
            kind=kind,
            of=of,
            started_at=start,
            due_at=due.at,
            policy_version=self.version,
            calendar_version=due.calendar_version,
            lasts=str(within),
        )

    def due_now(self, clock: Clock) -> datetime:
        """Give when a clock is due by today's calendar; a time that a person set stays."""
        if clock.kind is ClockKind.CHASE and clock.of == CLOSING:
            return self.calendar.next_closing(clock.started_at)
        if clock.lasts is None:
            return clock.due_at
        length = Duration.written(clock.lasts)
        if clock.part is None:
            return self.calendar.due(clock.started_at, length).at
        return self.calendar.parts(clock.started_at, length, (clock.part,))[0]

    def told_within(self, referrer: ReferrerKind, urgency: Urgency) -> Duration:
        """Give how soon this referrer is told: the notice's own limit, else the clock's."""
        own = self.notices.referrers[referrer].within
        return own or self.clocks.lasting(ClockKind.REFERRER_TOLD, self.held(urgency))
