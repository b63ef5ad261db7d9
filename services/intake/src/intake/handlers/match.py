"""Known children: what the case index finds, what people say of it, and where it leads (E)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from intake.domain.case import CaseNews, CaseStatus, KnownCase
from intake.domain.contact import Contact
from intake.domain.found import Flag, Found
from intake.domain.likeness import Identity
from intake.domain.match import PromptAnswer, Route, Verdict
from intake.domain.refusals import AlreadyDoneError
from intake.domain.way import Position
from intake.domain.work import leave_to_person
from intake.forms.match import AnswerPrompt, DecideMatch
from intake.handlers.base import Handlers
from intake.roles import triage
from mash_shared.act import Act
from mash_shared.messages import Message
from mash_shared.messages.case import CaseStatusChanged
from mash_shared.policy import Pack
from mash_shared.rights import Right, managers, whose
from mash_shared.vocabulary import NotKnownError

LATE_ROUTE = (
    "It turned out later who knows the child, or that they do not: tell whoever works on it."
)
UNDO_BY_NUMBER = Right(managers, "undo a match that rests on a number")
THE_INDEX = "case-index"
"""Who has done what follows from a look into the index."""


@dataclass(frozen=True, slots=True)
class MatchHandlers(Handlers):
    """The case index, its matches, and the route and prompt that follow from them."""

    def note_case_status(
        self, case: KnownCase, changed: CaseStatusChanged, *, at: datetime
    ) -> Iterator[Message]:
        """Keep the newest news of a case; older news changes nothing (E1, E3)."""
        case.case_ref = changed.contact_id
        case.council = changed.council
        child = Identity(
            full_name=changed.full_name,
            date_of_birth=changed.date_of_birth_in_part,
            nhs_number=changed.nhs_number,
            address=changed.address,
        )
        news = CaseNews(
            child=child,
            status=CaseStatus(changed.status),
            worker=changed.worker,
            team=changed.team,
            closed_at=changed.closed_at,
            merged_into=changed.merged_into,
        )
        case.take(news, said_at=changed.occurred_at, came_at=at)
        yield from ()

    def note_found(  # noqa: PLR0913 - what the index says
        self,
        contact: Contact,
        *,
        number: int,
        found: Sequence[Found],
        flags: Sequence[Flag],
        at: datetime,
        prompted_later: bool = False,
    ) -> Iterator[Message]:
        """Take in what the index found, and follow it (E1, E3, E4).

        `number` is that of the look: what was found by one that began before the facts were
        corrected, a case became news or another look ended says nothing.
        """
        if number != contact.look_number:
            return
        contact.look_number += 1
        contact.look_wanted = False
        contact.matching.note(found, flags, at)
        contact.matching.prompted_later = prompted_later
        self._see_whether_repeated(contact, at)
        yield from self._follow_routes(contact, at, by=THE_INDEX)

    def look_again(self, contact: Contact) -> Iterator[Message]:
        """Have the index asked again for a contact that is not settled: a case is news (E1)."""
        if not contact.is_settled:
            contact.want_look()
        yield from ()

    def note_looked_for(self, case: KnownCase, *, number: int) -> Iterator[Message]:
        """Note that contacts were looked for to which this news of a case may matter (E1)."""
        case.look_wanted = case.look_wanted and case.number != number
        yield from ()

    @whose(triage, "decide a match", UNDO_BY_NUMBER)
    def decide_match(self, contact: Contact, act: Act, form: DecideMatch) -> Iterator[Message]:
        """Say whether a record is of the same child; the opposite verdict undoes it (E).

        What rests, or rested, on a number is undone by a manager only. Where referrals count
        otherwise since, the index is asked whether others have raised the prompt (E4).
        """
        pack = self._opened(contact, act)
        if not form.same and contact.matching.rests_on_a_number(form.record_id, form.child_id):
            UNDO_BY_NUMBER.must_be_held_now(act, pack)
        verdict = Verdict(same=form.same, by=act.person.id, at=act.at, reason=form.reason)
        contact.matching.decide(form.record_id, form.child_id, verdict)
        if form.record_id in contact.matching.contacts():
            contact.look_wanted = True
            contact.be_news()
        yield from self._follow_routes(contact, act.at, by=act.person.id)

    @whose(triage, "answer a prompt")
    def answer_prompt(self, contact: Contact, act: Act, form: AnswerPrompt) -> Iterator[Message]:
        """Answer whether a Child & Family Assessment is to be done (E4, R9)."""
        self._opened(contact, act)
        prompt = contact.matching.prompt
        if prompt is None:
            raise NotKnownError("No assessment is to be considered for this contact.")
        if prompt.answer is not None:
            raise AlreadyDoneError("This prompt has been answered.")
        prompt.answer = PromptAnswer(
            assess=form.assess, by=act.person.id, at=act.at, reason=form.reason
        )
        yield from ()

    def note_others_looked_up(self, contact: Contact, *, number: int) -> Iterator[Message]:
        """Note that contacts about the same people were looked up since this was news (E4)."""
        contact.is_news = contact.is_news and contact.news != number
        yield from ()

    def look_at_repeats(self, contact: Contact) -> Iterator[Message]:
        """Have the index asked again how often they came, whatever way this has gone (E4)."""
        contact.look_wanted = contact.look_wanted or contact.is_referral
        yield from ()

    def _see_whether_repeated(self, contact: Contact, at: datetime) -> None:
        """Raise the prompt, or take it back; either is news to the others (E4)."""
        routing, before = self.packs.of(contact.council).routing, contact.matching.prompt
        window = routing.repeat_window_months
        received = contact.standing.received_at
        since = received - relativedelta(months=window) if window else None
        if contact.counts:
            contact.matching.see_whether_repeated(
                at, contact.group_id, since=since, often=routing.repeat_referrals
            )
        if (before is None) is not (contact.matching.prompt is None):
            contact.be_news()

    def _follow_routes(self, contact: Contact, at: datetime, *, by: str) -> Iterator[Message]:
        """Find each child's route from the matches that hold, and let everything follow it."""
        pack, received = self.packs.of(contact.council), contact.standing.received_at
        zone = ZoneInfo(pack.hours.timezone)
        for child in contact.child_ids:
            route = contact.matching.route(child, received, pack.routing, zone)
            if route != contact.ways[child].route:
                _lead(contact, pack, child, route, at)
        yield from self._follow(contact, at, by=by)


def _lead(contact: Contact, pack: Pack, child: str, route: Route | None, at: datetime) -> None:
    """Lead a child elsewhere; whoever works on it by now is told, and nothing stops by itself.

    A child who was handed over to somebody who does not know them comes back.
    """
    way, coordinated = contact.ways[child], contact.authorisation
    was, way.route = way.route, route
    if contact.position(child) in (Position.WITH_ALLOCATED_WORKER, Position.WITH_LAST_TEAM):
        if route is None or was is None or route.record_id != was.record_id:
            leave_to_person(contact, pack, at, LATE_ROUTE, child)
            if contact.ending is None:
                way.come_back(at)
    elif way.let_out_at is not None and coordinated is not None:
        whom = coordinated.coordinating_social_worker
        leave_to_person(contact, pack, at, f"Tell {whom}, who coordinates: {LATE_ROUTE}", child)
    elif way.let_out_at is not None or contact.ending is not None:
        leave_to_person(contact, pack, at, LATE_ROUTE, child)
