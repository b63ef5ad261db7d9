"""Whether every promise was kept or openly missed: one sentence for each thing that is wrong."""

from collections import Counter
from collections.abc import Iterator

from mash_local.demo.evidence import Evidence, Found, Promise, ShortWay
from mash_shared.clocks import CLOSING

CHECK, DECISION, ENQUIRY, TOLD = "agency_check", "decision", "enquiry", "referrer_told"
RECORD, TASK, FORM, ALLOCATION = "contact_record", "task", "written_follow_up", "allocation"
NO_REPLY = "no_reply_by_deadline"


def verdict(evidence: Evidence) -> list[str]:
    """Give what is wrong; nothing when nothing was lost, done twice or missed in silence."""
    return [*evidence.trouble, *_wrong(evidence)]


def _wrong(evidence: Evidence) -> Iterator[str]:
    for found in evidence.found:
        if found.trouble:
            yield f"{_name(found)}: {found.trouble}"
            continue
        if found.state != "closed":
            yield f"{_name(found)}: it was lost on the way{_where(found)}."
            continue
        for check in (_retrying, _asking, _deciding, _telling, _promises):
            for sentence in check(found):
                yield f"{_name(found)}: {sentence}"
    yield from (sentence for way in evidence.short for sentence in _short(way))
    mails = sum(len(found.mails) for found in evidence.found)
    mails += sum(len(way.mails) for way in evidence.short)
    if evidence.mails != mails:
        yield f"{evidence.mails - mails} mails belong to no contact of this run."
    yield from _parking(evidence)


def _short(way: ShortWay) -> Iterator[str]:
    name = way.reference or way.title
    if way.trouble:
        yield f"{name}: {way.trouble}"
    elif way.ended_as != way.wanted or way.state != "closed":
        ended = f"{way.ended_as or 'nothing'}, {way.state}"
        yield f"{name}: it ended as {ended}, instead of {way.wanted}."
    if len(way.mails) != way.wanted_mails:
        yield f"{name}: {_times(len(way.mails))} written to instead of {_times(way.wanted_mails)}."


def _name(found: Found) -> str:
    return found.reference or f"“{found.sample.title}” ({found.sample.council})"


def _where(found: Found) -> str:
    state = f": it ended as {found.state}" if found.state else ": it was never recorded"
    return f"{state}, waiting for {found.waits_for}" if found.waits_for else state


def _retrying(found: Found) -> Iterator[str]:
    if found.sample.retried and not found.same_again:
        yield "sent twice under one key, it did not give the same contact."


def _asking(found: Found) -> Iterator[str]:
    """Compare the agencies' ledgers, the gateways' and the enquiry (I3, I4)."""
    silent, late = found.sample.silent, found.sample.late
    for agency, state in found.slots.items():
        if (times := found.asked.get(agency, 0)) != 1:
            yield f"{agency} was asked {_times(times)} in effect."
        counted = found.disclosed.get(agency, 0)
        expected = 0 if agency in silent - late else 1
        if counted != expected:
            yield f"the replies of {agency} were counted {_times(counted)}."
        if agency not in silent and state in (None, NO_REPLY):
            yield f"{agency} answered, and the enquiry does not show it."
    for agency in found.asked.keys() - found.slots.keys():
        yield f"{agency} was asked, though the enquiry did not select it."


def _deciding(found: Found) -> Iterator[str]:
    if len(found.decided) != len(found.sample.decide):
        yield f"{len(found.decided)} of {len(found.sample.decide)} children have a decision."
    for decided, wanted in zip(found.decided, found.sample.decide, strict=False):
        if decided.outcome != wanted.outcome:
            yield f"decided was {wanted.outcome}, recorded is {decided.outcome or 'nothing'}."
        if not decided.as_decided:
            yield "a decision changed after it was recorded."
        if decided.late_replies != len(found.sample.late):
            yield f"{decided.late_replies} late replies are kept, {len(found.sample.late)} came."
        if decided.review_needed != bool(found.sample.late):
            wrong = "asked for" if decided.review_needed else "not asked for"
            yield f"a review was {wrong}, against what came in."


def _telling(found: Found) -> Iterator[str]:
    if found.notice != (phase := "delivered" if found.owed else "not_owed"):
        yield f"its notice ended as {found.notice or 'unknown'} instead of {phase}."
    if len(found.mails) != (wanted := int(found.by_mail)):
        yield f"its referrer was written to {_times(len(found.mails))} instead of {_times(wanted)}."
    if found.by_mail and {*found.mails} - {found.sample.email}:
        yield "a mail about it went to another address than its referrer's."


def _promises(found: Found) -> Iterator[str]:
    """Check that every promise has its clock, and that each ended as what happened says.

    What would have rung at the hub's closing time is no promise: there is one by day only.
    """
    promises = [one for one in found.promises if one.of != CLOSING]
    wanted = {CHECK: len(found.slots), ENQUIRY: 1, DECISION: len(found.sample.decide)}
    wanted |= {TOLD: int(found.owed), RECORD: 1, TASK: found.tasks}
    wanted |= {FORM: found.forms, ALLOCATION: int(found.is_protection)}
    running = Counter(promise.kind for promise in promises)
    for kind in wanted.keys() | running.keys():
        if running[kind] != wanted.get(kind, 0):
            yield f"{running[kind]} clocks of {kind} instead of {wanted.get(kind, 0)}."
    for promise in promises:
        yield from _promise(promise, silent=_of_silent(found, promise))


def _of_silent(found: Found, promise: Promise) -> bool:
    return promise.kind == CHECK and promise.of in found.sample.silent


def _promise(promise: Promise, *, silent: bool) -> Iterator[str]:
    name = f"{promise.kind} {promise.of}".rstrip()
    if promise.ended_at is None or promise.state == "open":
        yield f"the clock {name} still runs."
    elif promise.state == "met" and promise.ended_at > promise.due_at:
        yield f"the clock {name} ended after its time and is shown as met: a silent miss."
    elif silent and promise.state != "missed":
        yield f"the clock {name} ran out and is shown as {promise.state}: a silent miss."
    elif not silent and promise.state != "met":
        yield f"the clock {name} is {promise.state}."


def _parking(evidence: Evidence) -> Iterator[str]:
    wanted = Counter(
        f"dead-letter.agency-gateway.{agency}"
        for found in evidence.found
        for agency in found.sample.malformed
    )
    parked = Counter(record.topic for record in evidence.parked)
    for topic in sorted(wanted.keys() | parked.keys()):
        if parked[topic] != wanted[topic]:
            yield f"{parked[topic]} records are parked on {topic} instead of {wanted[topic]}."
    yield from (f"A record on {r.topic} has no reason." for r in evidence.parked if not r.reason)


def _times(number: int) -> str:
    return {0: "not at all", 1: "once", 2: "twice"}.get(number, f"{number} times")
