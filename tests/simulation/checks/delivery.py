"""Delivery: nothing lost, nothing twice, nothing backwards (invariants 17, 18)."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

from aiokafka import TopicPartition

from mash_local.services import AGENCIES
from mash_shared.vocabulary import ErasedError, NotEntitledError
from simulation.log import LogRecord
from simulation.news import Body, News, Raw
from simulation.people import CHILDREN, SPELT, is_contact
from support import invariants
from support.agencies import asked_once, counted_once, late_kept, never_attached, told_once
from support.messages import PRODUCED
from support.outside import Seen, World

ORDER = ("recorded", "enquiry_authorised", "sent_for_decision", "decided", "ended", "closed")
SAID_ANEW = (
    "agency-check.amended.",
    "agency-check.chased.",
    "agency.",
    "enquiry.amended.",
    "enquiry.collated.",
    "contact.recorded.",
    "contact.work-outstanding.",
    "contact.routed.",
)
"""What is said again, in other words, when it changes."""
PLANTED = (
    *(name for names in SPELT.values() for name in names),
    *(child.number for child in CHILDREN),
    *(child.home for child in CHILDREN),
    "i.saltmarsh@marlpit-lane.example",
)


GLASS = "/break-glass"


def no_act_fails(news: News) -> Iterator[str]:
    """Whatever somebody sends is done or refused with a sentence; nothing fails."""
    for action, result in news.calls:
        if result.outcome == "failed":
            yield f"failed {action['route']} raised {type(result.error).__name__}"


def a_repeat_is_answered_alike(news: News) -> Iterator[str]:
    """A repeated act is answered as it was the first time, and does nothing (S16).

    Once glass that was broken has ended, breaking it again under its key shows nothing (S12).
    """
    done: dict[str, str] = news.history.memory.setdefault("done", {})
    for action, result in news.calls:
        if "POST" not in action["route"]:
            continue
        who = f"{action['person'][1]}/{action['person'][0]}/{action['key']}"
        what = f"{action['route']} {action['path']} {action['body']} {action['person'][2]}"
        ended = GLASS in action["route"] and isinstance(result.error, NotEntitledError)
        if done.get(who) == what and result.outcome not in ("done", "away") and not ended:
            yield f"S16 {action['route']} was done, and its repeat is {result.outcome}"
        if result.outcome == "done":
            done.setdefault(who, what)


def versions_grow(news: News) -> Iterator[str]:
    """I11: a version only grows; a contact goes back only where something was learnt of it."""
    for change in news.changes:
        if change.before and change.after["version"] < change.before["version"]:
            yield f"I11 {change.process} {change.id} fell to version {change.after['version']}"
    for change in news.of("intake"):
        went_back = change.before and ORDER.index(change.now["state"]) < ORDER.index(
            change.was["state"]
        )
        if went_back and not _learnt(change.was, change.now):
            yield f"I11 contact {change.id} went back to {change.now['state']}"


def _learnt(was: Raw, now: Raw) -> bool:
    """Whether facts or what is known of a child changed, so that there is something to do again."""
    corrected = len(now["superseded"]) > len(was["superseded"])
    return corrected or len(now["ways"]) > len(was["ways"]) or now["matching"] != was["matching"]


def repeats_are_the_same(news: News) -> Iterator[str]:
    """I3, I4: what the hub says again under an id has the same bytes."""
    first: dict[tuple[str, str], tuple[bytes | None, bytes | None]]
    first = news.history.memory.setdefault("first", {})
    for record in news.records:
        body = Body(record)
        if not body.is_ours or record.topic.startswith("dead-letter."):
            continue
        place = (record.topic, body.headers["ce_id"])
        said = (record.key, record.value)
        if first.setdefault(place, said) != said:
            yield f"I3 {record.topic} repeats {place[1]} with other bytes"


def nothing_of_people_outside_bodies(news: News) -> Iterator[str]:
    """I14, 18: keys, headers and reasons hold nobody's name, number or address."""
    for record in news.records:
        outside = [record.key or b"", *(value or b"" for _, value in record.headers)]
        text = b" ".join(outside).decode(errors="replace")
        if any(planted in text for planted in PLANTED):
            yield f"I14 {record.topic} shows somebody's data outside its body"


def parked_for_a_reason(news: News) -> Iterator[str]:
    """What the hub says to itself is never parked; what others say is never a failure."""
    for record in news.records:
        if not record.topic.startswith("dead-letter."):
            continue
        headers = Body(record).headers
        process, kind = record.topic.partition(".")[2], headers["parked-kind"]
        if kind == "failed":
            yield f"failed {process} parked {headers['ce_type']}: {headers['parked-reason']}"
        elif headers["parked-reason"] == str(ErasedError()):
            continue  # what comes late of an erased contact
        elif headers.get("ce_source", "").startswith("/mash/"):
            code = "crossed" if kind == "refused" else "I2"
            yield f"{code} {process} parked {headers['ce_type']}: {headers['parked-reason']}"


def world(news: News) -> World:
    """Give the hub in the form in which the checker of the real engines sees it."""
    hub = news.hub
    wire: dict[str, list[Seen]] = {}
    for record in news.records_of_others():
        wire.setdefault(record.topic, []).append(_seen(record))
    committed: dict[str, dict[TopicPartition, int]] = {}
    for (group, topic, partition), offset in hub.log.committed.items():
        committed.setdefault(group, {})[TopicPartition(topic, partition)] = offset
    return World(
        committed=committed,
        documents={process: news.kept(process) for process in hub.collections},
        wire=wire,
        ledgers={agency: list(_ledger(hub.log.appended, agency)) for agency in AGENCIES},
        mails=[str(mail["Message-ID"]).strip("<>") for _, mail in hub.relay.mails],
    )


def _seen(record: LogRecord) -> Seen:
    return Seen(
        topic=record.topic, partition=record.partition, offset=record.offset, key=record.key,
        headers=dict(record.headers), value=record.value,
    )  # fmt: skip


def _ledger(records: list[LogRecord], agency: str) -> Iterator[dict[str, str]]:
    """Write what an agency that remembers its requests would write of each."""
    known: set[str] = set()
    for record in records:
        if record.topic.replace(".red.", ".") != f"agency.{agency}.request.v1":
            continue
        body = Body(record)
        request = body.fields["request_id"]
        yield {
            "enquiry_id": body.fields["enquiry_id"],
            "request_id": request,
            "action": "repeat" if request in known else "taken",
            "ce_id": body.headers["ce_id"],
            "body_sha256": hashlib.sha256(record.value or b"").hexdigest(),
        }
        known.add(request)


def what_holds_on_the_engines(news: News) -> Iterator[str]:
    """I2-I12 as the checker of the crash tests has them, from outside alone."""
    seen = world(news)
    contacts = {id_ for id_ in seen.documents["intake"] if is_contact(id_)}
    now: datetime = news.hub.now().astimezone(UTC)
    for check in (asked_once, counted_once, never_attached, late_kept, told_once):
        for finding in check(seen, contacts):
            yield f"crossed {finding}" if _crossed(news, finding) else finding
    for finding in invariants._no_ghosts_no_zombies(seen, contacts):
        if finding.startswith("I2 contact.routed.v1 tells"):
            continue  # a route may change again
        if not any(contact in finding for contact in news.erased):  # its stub says less than was so
            yield finding
    yield from invariants._no_silent_miss(seen, contacts, now)
    yield from invariants._outboxes_empty(seen, contacts)
    yield from invariants._offsets_behind_documents(seen, contacts)


def _crossed(news: News, finding: str) -> bool:
    """Whether a reply is missed that came to an enquiry after consent was taken back."""
    enquiries = news.kept("enquiry").items()
    return any(id_ in finding and raw["state"]["withdrawn_at"] for id_, raw in enquiries)


def said_once(news: News) -> Iterator[str]:
    """I3: what is said once only is told under one id."""
    by_subject: dict[tuple[str, str], str] = {}
    for record in news.records_of_others():
        rule = PRODUCED.get(record.topic.replace(".red.", "."))
        if rule is None or record.topic.startswith(SAID_ANEW):
            continue
        body = Body(record)
        for subject in rule.subjects(dict(body.fields)):
            place = (record.topic.replace(".red.", "."), subject)
            if by_subject.setdefault(place, body.headers["ce_id"]) != body.headers["ce_id"]:
                yield f"I3 {place[0]} tells of {subject} under two ids"


def nothing_accepted_is_lost(news: News) -> Iterator[str]:
    """I1: whatever was answered with success is on record."""
    for action, result in news.stage.told:
        if result.outcome == "done" and action["route"] == "intake POST /contacts":
            contact = result.shown.contact_id
            there = news.state("intake", contact).get("recorded_at") or contact in news.erased
            if not there:
                yield f"I1 contact {contact} was accepted and is not on record"


AFTER_EVERY_STEP = (
    no_act_fails,
    a_repeat_is_answered_alike,
    versions_grow,
    repeats_are_the_same,
    nothing_of_people_outside_bodies,
    parked_for_a_reason,
)
AT_REST = (what_holds_on_the_engines, said_once, nothing_accepted_is_lost)
