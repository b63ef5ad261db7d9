"""Telling: once, the right person, nothing that discloses, and what no longer holds (14, 15)."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from mash_shared.vocabulary import ReferrerKind
from simulation.news import Body, News, Raw, receipts
from simulation.people import CHILDREN, SPELT, is_contact

PROMISED = {
    "havering": timedelta(hours=24),
    "lewisham": timedelta(hours=48),
    "marshwood": timedelta(hours=12),
}
CLOCKS_APART = timedelta(hours=2)
"""By how much the clocks of two copies may differ."""
NAMES = {part for names in SPELT.values() for name in names for part in name.split()}


def nobody_twice(news: News) -> Iterator[str]:
    """I7: one mail of a kind to each referrer."""
    if not news.mails:
        return
    often = Counter(str(mail["Message-ID"]) for _, mail in news.hub.relay.mails)
    for message_id, many in often.items():
        if many > 1:
            yield f"I7 {message_id} was sent {many} times"


def nothing_disclosed(news: News) -> Iterator[str]:
    """14: a public referrer's mail names no child and no outcome; nobody anonymous gets one."""
    for mail in news.mails:
        contact = str(mail["Message-ID"]).strip("<>").partition(".")[0]
        state = news.state("notify", contact)
        referrer = state["referrer"] or {}
        text = mail.get_content() + str(mail["Subject"])
        if any(name in text for name in NAMES) or any(c.number in text for c in CHILDREN):
            yield f"14 the mail about {contact} names a child"
        if referrer.get("kind") == ReferrerKind.ANONYMOUS:
            yield f"14 somebody anonymous was written to about {contact}"
        if referrer.get("kind") == ReferrerKind.PUBLIC:
            outcomes = news.pack(state["council"]).outcomes.values()
            if any(outcome.name in text for outcome in outcomes):
                yield f"14 the mail about {contact} tells a member of the public the outcome"


def in_time(news: News) -> Iterator[str]:
    """15: the promise runs from receipt, 24 hours in Havering and 48 in Lewisham."""
    for change in news.of("notify"):
        within = PROMISED.get(change.now["council"])
        clocks = [one for one in change.now["clocks"] if one["kind"] == "referrer_told"]
        if within is None or not clocks or change.was.get("clocks"):
            continue
        due = {moment + within for moment in receipts(news.state("intake", change.id))}
        if datetime.fromisoformat(clocks[0]["due_at"]) not in due:
            yield f"15 the promise about {change.id} is due at {clocks[0]['due_at']}"


def _as_agencies_know(state: Raw) -> list[Raw]:
    """Give the children; as they were last told of while it is open whose they are (N11)."""
    tasks = (one for one in state["tasks"] if one["kind"] == "families")
    held = state["asked"] is not None and any(one["done"] is None for one in tasks)
    children: list[Raw] = (state["asked"]["family"] if held else state["facts"])["children"]
    return children


def told_what_holds(news: News) -> Iterator[str]:
    """Whoever was told something that no longer holds is told so."""
    routed, names = _routed(news), _names_told(news)
    for id_, raw in list(news.kept("intake").items()):
        state = raw["state"]
        if not is_contact(id_) or not state["recorded_at"]:
            continue
        for child, way in state["ways"].items():
            gone = way["struck"] or way["split_off_to"]
            goes_to = None if gone else (way["route"] or {}).get("record_id")
            if routed.get(id_, {}).get(child, (0, None))[1] != goes_to:
                yield f"I2 the case system was last told of another route of {child}"
        now = {child["child_id"]: child["full_name"] for child in _as_agencies_know(state)}
        told = names.get(id_, ())
        if any(now.get(child) != name for child, name in told) and not state["stopped_at"]:
            yield f"told-before the agencies were told other names about {id_}"
        yield from _notify_knows(news, id_)


def _routed(news: News) -> dict[str, dict[str, tuple[int, object]]]:
    """Give the case to which each child of a contact goes, as the case system was told last."""
    routed: dict[str, dict[str, tuple[int, object]]] = {}
    for record in news.hub.log.appended:
        if record.topic.startswith("contact.routed."):
            body = Body(record).fields
            said = (body["edition"], body.get("case_ref"))
            ours = routed.setdefault(body["contact_id"], {})
            ours[body["child_id"]] = max(ours.get(body["child_id"], said), said, key=_edition)
    return routed


def _edition(said: tuple[int, object]) -> int:
    return said[0]


def _names_told(news: News) -> dict[str, list[tuple[str, object]]]:
    """Give children and names in what agencies were told last, but for what was taken back."""
    told: dict[str, tuple[str, list[tuple[str, object]]]] = {}
    for record in news.hub.log.appended:
        body = Body(record).fields
        if record.topic.startswith("agency.") and "family" in body:
            children = body["family"]["children"]
            names = [(child["child_id"], child.get("full_name")) for child in children]
            told[body["request_id"]] = body["contact_id"], names
    for record in news.hub.log.appended:
        if record.topic.startswith("agency-check.cancelled."):
            told.pop(Body(record).fields["request_id"], None)
    by_contact: dict[str, list[tuple[str, object]]] = {}
    for contact, names in told.values():
        by_contact.setdefault(contact, []).extend(names)
    return by_contact


def _notify_knows(news: News, id_: str) -> Iterator[str]:
    state, notice = news.state("intake", id_), news.state("notify", id_)
    referrer = state["facts"]["referrer"]
    owed = _owed(state)
    told_all = state["told_at"] and not owed
    if referrer is None or state["alleged_in"] or told_all or _owes_nothing(state):
        return
    told = (notice.get("referrer") or {}).get("email")
    if not notice:
        yield f"I2 notify never heard of {id_}"
    elif told != referrer["email"] or notice["child_ids"] != owed:
        code = "address-after" if _corrected_late(state) else "I2"
        yield f"{code} notify has another address or other children of {id_}"


def _owed(state: Raw) -> list[str]:
    """Name the children of whom news of a decision, or of the contact's end, is owed."""
    ways = [state["ways"][child["child_id"]] for child in state["facts"]["children"]]
    passed_on = [one for one in ways if one["handed_over"] not in (None, state["ending"])]
    ended = bool(state["ending"])
    return [o["child_id"] for o in ways if o not in passed_on and not _is_told(o, ended=ended)]


def _is_told(way: Raw, *, ended: bool) -> bool:
    there = (way["handed_over"] or {}).get("ended_as") == way["told_as"]
    return bool(way["told_at"]) and (ended or way["told_as"] is None or there)


def _corrected_late(state: Raw) -> bool:
    """Whether a contact was corrected after its end, or after its referrer was told."""
    ends = [state["told_at"], (state["ending"] or {}).get("at")]
    corrected = [datetime.fromisoformat(one["until"]) for one in state["superseded"]]
    return any(
        at + CLOCKS_APART >= datetime.fromisoformat(end) for end in ends if end for at in corrected
    )


def _owes_nothing(state: Raw) -> bool:
    """Whether it went its way and its referrer is owed no news: a question, another's part."""
    return bool(state["ending"]) and state["not_told_because"] == "not_owed"


AFTER_EVERY_STEP = (nobody_twice, nothing_disclosed, in_time)
AT_REST = (told_what_holds,)
