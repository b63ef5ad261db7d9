"""The checker: what must hold of accepted contacts, whatever was broken.

Every finding is one sentence with ids only. Nothing is asked of the services: documents, topics,
offsets, the agencies' ledgers and the mails must agree with each other.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from mash_local.stack import Stack
from support.agencies import asked_once, counted_once, late_kept, never_attached, told_once
from support.hub import Play
from support.messages import CONSUMERS, PRODUCED, alleged, concerns
from support.outside import Outside, Seen, World
from support.said import CASES, STAFF, consumed_by
from support.stored import COLLECTIONS

CLOCK_GRACE = timedelta(seconds=60)
STATES = (
    "recorded", "enquiry_authorised", "sent_for_decision", "decided", "ended", "closed",
)  # fmt: skip


class Checker:
    """Looks until everything holds or the time is up: what is still on its way is no finding."""

    def __init__(self, stack: Stack, outside: Outside) -> None:
        self._stack = stack
        self._outside = outside
        self._versions: dict[tuple[str, str], int] = {}

    def check(self, plays: Sequence[Play], *, within: float = 60.0) -> list[str]:
        """Return findings; `within` is how long outboxes and backlogs may stand still (I9)."""
        deadline, before = time.monotonic() + within, [""]
        while True:
            world = self._outside.look()
            found = [*self._grown(world), *findings(world, plays, self._stack.time.now())]
            if found != before:  # still moving: a busy machine is no finding
                deadline, before = time.monotonic() + within, found
            if not found or time.monotonic() > deadline:
                return found
            time.sleep(1)

    def _grown(self, world: World) -> Iterator[str]:
        """I11: a version seen once is never undercut, across every look of this run."""
        for process, documents in world.documents.items():
            for id_, raw in documents.items():
                before = self._versions.get((process, id_), 0)
                if raw["version"] < before:
                    yield f"I11 {process} {id_} fell from version {before} to {raw['version']}"
                self._versions[process, id_] = max(before, raw["version"])


def findings(world: World, plays: Sequence[Play], now: datetime) -> list[str]:
    """Check one moment; `now` is the run's time."""
    contacts = {play.contact_id for play in plays if "recorded" in play.accepted}
    for others in (concerns, alleged):
        contacts |= {id_ for raw in world.of("intake", contacts) for id_ in others(raw["state"])}
    return [
        *_none_lost(world, plays),
        *_no_time_going_back(plays),
        *_no_ghosts_no_zombies(world, contacts),
        *_repeats_are_the_same(world, contacts),
        *asked_once(world, contacts),
        *counted_once(world, contacts),
        *never_attached(world, contacts),
        *late_kept(world, contacts),
        *told_once(world, contacts),
        *_no_silent_miss(world, contacts, now),
        *_outboxes_empty(world, contacts),
        *_offsets_behind_documents(world, contacts),
        *_conserved(world, plays),
    ]


def _none_lost(world: World, plays: Iterable[Play]) -> Iterator[str]:
    """I1: each 2xx is one case, which ends closed, open with a running clock, or parked."""
    keys: dict[str, str] = {}
    for play in plays:
        if "recorded" not in play.accepted:
            continue
        if keys.setdefault(play.contact_id, play.key) != play.key:
            yield f"I1 contact {play.contact_id} was given to two different posts"
        raw = world.documents["intake"].get(play.contact_id)
        if raw is None:
            yield f"I1 contact {play.contact_id} was accepted and is not in the database"
        elif _end(world, play) == "lost":
            yield f"I1 contact {play.contact_id} is not closed, has no clock and is not parked"
        elif "decided" in play.accepted and raw["state"]["state"] != "closed":
            yield f"I1 contact {play.contact_id} was decided and is still {raw['state']['state']}"


def _end(world: World, play: Play) -> str:
    raw = world.documents["intake"].get(play.contact_id)
    if raw is not None and raw["state"]["state"] == "closed":
        return "closed"
    contact = {play.contact_id}
    clocks = (
        clock for process in COLLECTIONS for doc in world.of(process, contact)
        for clock in doc["state"]["clocks"]
    )  # fmt: skip
    if any(clock["state"] == "open" for clock in clocks):
        return "open"
    letters = (seen for seen in world.records(contact) if seen.topic.startswith("dead-letter."))
    return "parked" if any(letters) else "lost"


def _conserved(world: World, plays: Sequence[Play]) -> Iterator[str]:
    """I12: accepted = closed + open + parked, and every service took in all it was sent."""
    accepted = [play for play in plays if "recorded" in play.accepted]
    ends = [_end(world, play) for play in accepted]
    counted = sum(ends.count(end) for end in ("closed", "open", "parked"))
    if counted != len({play.contact_id for play in accepted}):
        yield f"I12 {len(accepted)} contacts were accepted and {counted} are accounted for"
    for play in accepted:
        process = "enquiry" if "authorised" in play.accepted else "notify"
        if not any(True for _ in world.of(process, {play.contact_id})):
            parked = any(
                seen.topic == f"dead-letter.{process}" for seen in world.records({play.contact_id})
            )
            if not parked:
                yield f"I12 contact {play.contact_id} never reached {process}"


def _no_time_going_back(plays: Iterable[Play]) -> Iterator[str]:
    """I11: what people see of a contact only goes forward."""
    for play in plays:
        for (old, before), (new, after) in zip(play.sightings, play.sightings[1:], strict=False):
            if new < old or STATES.index(after) < STATES.index(before):
                yield f"I11 contact {play.contact_id} went back from version {old} to {new}"


def _no_ghosts_no_zombies(world: World, contacts: set[str]) -> Iterator[str]:
    """I2: no event without its record, no record whose events never left."""
    said: dict[str, set[str]] = {}
    for seen in world.records(contacts):
        rule = PRODUCED.get(seen.kind)
        if rule is not None:
            said.setdefault(seen.kind, set()).update(rule.subjects(seen.body))
    for kind, rule in PRODUCED.items():
        kept = {
            subject for raw in world.of(rule.owner, contacts) for subject in rule.kept(raw["state"])
        }
        for ghost in sorted(said.get(kind, set()) - kept):
            yield f"I2 {kind} tells of {ghost}, of which {rule.owner} has no record"
        for zombie in sorted(kept - said.get(kind, set())):
            yield f"I2 {rule.owner} has {zombie}, of which {kind} never told"


def _repeats_are_the_same(world: World, contacts: set[str]) -> Iterator[str]:
    """I3, I4: a repeat has the same id and the same bytes, and each fact is told under one id."""
    by_id: dict[tuple[str, str], Seen] = {}
    by_subject: dict[tuple[str, str], str] = {}
    for seen in world.records(contacts):
        rule = PRODUCED.get(seen.kind)
        if rule is None:
            continue
        first = by_id.setdefault((seen.topic, seen.id), seen)
        if (first.value, first.key) != (seen.value, seen.key):
            yield f"I3 {seen.kind} repeats {seen.id} with other bytes"
        for subject in rule.subjects(seen.body):
            if by_subject.setdefault((seen.kind, subject), seen.id) != seen.id:
                yield f"I3 {seen.kind} tells of {subject} under two ids"


def _no_silent_miss(world: World, contacts: set[str], now: datetime) -> Iterator[str]:
    """I8: no open clock is overdue by more than a minute, and operations know every clock."""
    for process in ("intake", "enquiry", "decision", "notify"):
        for raw in world.of(process, contacts):
            for clock in raw["state"]["clocks"]:
                due = datetime.fromisoformat(clock["due_at"]).astimezone(UTC)
                if clock["state"] == "open" and due + CLOCK_GRACE < now:
                    yield f"I8 {process} {raw['_id']} has an overdue open clock {clock['kind']}"
            case = world.documents["ops"].get(raw["state"]["contact_id"], {"state": {"heard": {}}})
            heard = case["state"]["heard"].get(f"{process}/{raw['_id']}", {"clocks": []})
            if heard["clocks"] != raw["state"]["clocks"]:
                yield f"I8 operations have not heard of the clocks of {process} {raw['_id']}"


def _outboxes_empty(world: World, contacts: set[str]) -> Iterator[str]:
    """I9: nothing waits to be told."""
    for process in COLLECTIONS:
        for raw in world.of(process, contacts):
            if raw["outgoing"]:
                yield f"I9 {process} {raw['_id']} still holds {len(raw['outgoing'])} messages"


def _offsets_behind_documents(world: World, contacts: set[str]) -> Iterator[str]:
    """I10: what lies below a committed offset is in `handled` or parked; in the end all is."""
    outside = (*world.wire.get(CASES, ()), *world.wire.get(STAFF, ()))
    for seen in (*world.records(contacts), *outside):
        for process in CONSUMERS.get(seen.kind, ()):
            if seen.place in world.parked[process]:
                continue
            known = world.documents[process]
            for id_ in consumed_by(process, seen.body, seen.kind):
                handled = (entry["id"] for entry in known.get(id_, {}).get("handled", ()))
                if seen.id not in handled:
                    yield f"{_how(world, process, seen)}: {seen.place} for {process} {id_}"


def _how(world: World, process: str, seen: Seen) -> str:
    for group, offsets in world.committed.items():
        if group in (process, f"{process}.red"):
            for tp, offset in offsets.items():
                if (tp.topic, tp.partition) == (
                    seen.topic,
                    seen.partition,
                ) and seen.offset < offset:
                    return "I10 committed and neither handled nor parked"
    return "I12 not taken in"
