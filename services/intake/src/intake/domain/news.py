"""What others are told of a contact: that it is here, what comes first, how it ended."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from intake.domain.asking import fingerprint, reminders_of, tell_of_enquiry
from intake.domain.circumstances import BEFORE_ANY_DECISION
from intake.domain.contact import Contact
from intake.domain.ending import Ending
from intake.domain.match import RouteKind
from intake.domain.progress import ANONYMOUS, NOT_OWED
from intake.domain.way import ChildWay
from mash_shared.messages import Message
from mash_shared.messages.contact import (
    ChildWork,
    ContactEnded,
    ContactReadyForDecision,
    ContactRecorded,
    ContactRouted,
    ContactWorkOutstanding,
)
from mash_shared.people import Referrer
from mash_shared.policy import Pack
from mash_shared.policy.telling import TellWhat
from mash_shared.vocabulary import ReferrerKind


def tell(contact: Contact, pack: Pack, at: datetime) -> Iterator[Message]:
    """Tell everybody who knows otherwise how it stands now, and nobody else."""
    yield from tell_of_enquiry(contact, at)
    yield from _tell_of_routes(contact, at)
    yield from tell_of_referrer(contact, pack, at)
    yield from _tell_of_work(contact, at)


def _tell_of_routes(contact: Contact, at: datetime) -> Iterator[Message]:
    """Tell the case system where each child goes, and of whom that holds no more (E1, E3)."""
    for way in contact.ways.values():
        route = None if way.is_gone else way.route
        if route != way.route_told:
            way.route_told = route
            yield ContactRouted(
                **contact.head(at),
                child_id=way.child_id,
                route=route.kind if route else None,
                case_ref=route.record_id if route else None,
                worker=route.worker if route else None,
                team=route.team if route else None,
                edition=contact.next_edition(),
            )


def tell_of_referrer(contact: Contact, pack: Pack, at: datetime) -> Iterator[Message]:
    """Tell notify whom it owes news of which children, whenever that changed (A7, J6)."""
    referrer = contact.facts.referrer
    if referrer is None or contact.alleged_in is not None:
        return
    if not contact.owes_news and not contact.is_waited_for_in_vain:
        return
    told, passed_on = referrer.to_be_told(), _passed_on(contact)
    child_ids = tuple(child for child in contact.untold if child not in passed_on)
    since = _news_since(contact, (*child_ids, *passed_on))
    owed = (told, child_ids, passed_on, since, contact.is_referral, contact.standing, contact.lane)
    owed_now = fingerprint(owed=owed)
    if owed_now == contact.referrer_told:
        return
    contact.referrer_told, contact.awaited = owed_now, (*child_ids, *passed_on)
    nothing = pack.notices.referrers[referrer.kind].told is TellWhat.NOTHING
    if contact.not_told_because in (None, ANONYMOUS, NOT_OWED):
        why_not = ANONYMOUS if nothing else None
        contact.not_told_because = why_not if contact.is_referral else NOT_OWED
    yield recorded(contact, told, at, child_ids=child_ids, passed_on=passed_on)


def _passed_on(contact: Contact) -> dict[str, str]:
    """Name the children who went to whoever knows them while the contact went on for others."""
    ends = ((child, contact.ways[child].handed_over) for child in contact.untold)
    return {child: str(end.ended_as) for child, end in ends if end and end != contact.ending}


def recorded(
    contact: Contact,
    referrer: Referrer,
    at: datetime,
    *,
    child_ids: tuple[str, ...],
    passed_on: Mapping[str, str] | None = None,
) -> ContactRecorded:
    """Say that a contact is here, and whom to tell of which children."""
    passed_on = dict(passed_on or {})
    return ContactRecorded(
        **contact.head(at),
        reference=contact.reference,
        received_at=_news_since(contact, (*child_ids, *passed_on)),
        referrer=referrer,
        child_ids=child_ids,
        passed_on=passed_on,
        is_referral=contact.is_referral,
        edition=contact.next_edition(),
    )


def recorded_of_nobody(contact: Contact, at: datetime) -> ContactRecorded:
    """Say that a contact is here that nobody referred, and of which nobody is to be told (N10)."""
    nobody = Referrer(kind=ReferrerKind.ANONYMOUS)
    return recorded(contact, nobody, at, child_ids=contact.child_ids)


def _news_since(contact: Contact, children: Iterable[str]) -> datetime:
    """Give since when news of these children is owed (J6).

    Once the referrer has been told that is when they were learnt of, or came back; not before.
    """
    received = contact.standing.received_at
    since = (contact.ways[child].news_since or received for child in children)
    return min(since, default=received) if contact.told_at is not None else received


def tell_of_ready(contact: Contact, at: datetime, child_ids: tuple[str, ...]) -> Iterator[Message]:
    """Tell whoever decides which children it is that go straight to a decision from now on (F3)."""
    yield ContactReadyForDecision(
        **contact.head(at),
        received_at=contact.standing.received_at,
        child_ids=child_ids,
    )


def _tell_of_work(contact: Contact, at: datetime) -> Iterator[Message]:
    """Tell whoever decides what comes first for each child, whenever that or the level changed.

    Of who is gone they hear once, where they know of the child at all.
    """
    known, work = contact.work_told, {}
    for way in contact.ways.values():
        heard_of = way.child_id in known or way.let_out_at is not None
        if heard_of or way.gone is None:
            work[way.child_id] = _work(contact, way)
    changed = {c for c, one in work.items() if one != known.get(c, ChildWork(child_id=c))}
    told = tuple(one for child, one in work.items() if child in {*contact.child_ids, *changed})
    if told and (changed or contact.graded != contact.graded_told):
        contact.work_told, contact.graded_told = work, contact.graded
        yield ContactWorkOutstanding(
            **contact.head(at),
            received_at=contact.received_at,
            children=told,
            edition=contact.next_edition(),
        )


def _work(contact: Contact, way: ChildWay) -> ChildWork:
    """Give what comes first for a child; what bears only on a decision, once they are let out."""
    if way.gone is not None:
        return ChildWork(child_id=way.child_id, gone=way.gone)
    outstanding, let_out = contact.work_of(way.child_id), way.let_out_at is not None
    enquiry = contact.authorisation
    known = way.route is not None and way.route.kind is RouteKind.TO_ALLOCATED_WORKER
    return ChildWork(
        child_id=way.child_id,
        outstanding=outstanding,
        before_any_decision=tuple(one for one in outstanding if one in BEFORE_ANY_DECISION),
        without_consent_to_service=let_out and contact.without_consent_to_service,
        case_open=let_out and known,
        facts=contact.facts_number if let_out else 0,
        social_worker=contact.social_worker if let_out else None,
        coordinator=enquiry.later_coordinator if enquiry and let_out else None,
        reminders=reminders_of(contact).get(way.child_id, ()),
    )


def end(contact: Contact, pack: Pack, ending: Ending) -> Iterator[Message]:
    """End a contact, and tell notify where a referral's referrer is owed news of it (B14, E1)."""
    contact.end(ending)
    yield from tell_of_end(contact, pack, ending)


def tell_of_end(contact: Contact, pack: Pack, ending: Ending) -> Iterator[Message]:
    """Tell notify how a referral ended for every child who is left."""
    if contact.is_referral:
        yield ContactEnded(
            **contact.head(ending.at),
            ended_as=ending.ended_as,
            told_at_once=ending.told_at_once,
            policy_version=pack.version,
            own_notice=ending.own_notice,
        )
