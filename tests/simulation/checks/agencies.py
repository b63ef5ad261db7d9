"""Asking and being answered (I3, I5, requirements 1, 8, 10, 13, 16)."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from mash_shared.answers import Answer
from mash_shared.messages.agency_check import CheckMessage
from simulation.news import Body, News, Raw

COPIED = tuple(name for name in CheckMessage.model_fields if name != "occurred_at")


def lawful(news: News) -> Iterator[str]:
    """1: no request is on an agency's topic without its basis, and nothing is blank in it."""
    for record in news.records:
        if ".request." not in record.topic:
            continue
        body = Body(record).fields
        basis = body.get("lawful_basis") or {}
        named = (
            body.get("enquiry_id"),
            body.get("coordinating_social_worker"),
            *(basis.get(name) for name in ("basis", "consent_status", "policy_version")),
        )
        if not all(isinstance(one, str) and one.strip() for one in named):
            yield f"1 request {body.get('request_id')} lacks part of its envelope"


def only_its_own_children(news: News) -> Iterator[str]:
    """13: a request names the children of its own contact and nobody else's."""
    for record in news.records:
        if ".request." in record.topic:
            body = Body(record).fields
            contact = body["contact_id"]
            for child in body["family"]["children"]:
                if not child["child_id"].startswith(contact):
                    yield f"13 request {body['request_id']} names a child of another contact"


def addressed(news: News) -> Iterator[str]:
    """8: an enquiry goes to the mandatory agencies and to reasoned extras, to nobody else."""
    for change in news.of("intake"):
        if not change.newly("authorisation"):
            continue
        said, pack = change.now["authorisation"], news.pack(change.now["council"])
        extras = {agency for agency, why in said["extra_reasons"].items() if why.strip()}
        wanted = {*pack.mandatory_agencies, *(a for a in extras if pack.agencies[a].has_gateway)}
        if set(said["agencies"]) != wanted:
            yield f"8 {said['enquiry_id']} goes to {sorted(said['agencies'])}"


def collated_whole(news: News) -> Iterator[str]:
    """10: the collation names every agency asked, once, each with how it ended."""
    for record in news.records:
        if record.topic.startswith("enquiry.collated."):
            body = Body(record).fields
            asked = set(news.state("enquiry", body["enquiry_id"])["slots"])
            of_each = [set(states) for states in body["slots"].values()]
            if set(body["slots"]) != asked or of_each != [set(body["child_ids"])] * len(asked):
                yield f"10 {body['enquiry_id']} was collated without all of its agencies"


def filed_as_said(news: News) -> Iterator[str]:
    """I5: what is filed was said by its own agency about this very request, word for word."""
    said: dict[str, list[tuple[Raw, str]]] = news.history.memory.setdefault("replies", {})
    for record in news.records:
        if ".reply." in record.topic:
            body: Any = Body(record).fields
            said.setdefault(body["reply_id"], []).append((body, (record.key or b"").decode()))
    for change in news.of("enquiry"):
        for agency, asked in _rounds(change.now):
            for answer in (line["answer"] for line in asked["replies"]):
                where = {"request_id": asked["request_id"], "agency": agency}
                if answer and not _was_said(said, change.now, where, answer):
                    yield f"I5 {change.id} filed {answer['reply_id']}, which nobody said of it"


def _rounds(enquiry: Raw) -> Iterator[tuple[str, Raw]]:
    for slot in enquiry["slots"].values():
        yield from ((slot["agency"], asked) for asked in slot["rounds"])


def _was_said(
    said: dict[str, list[tuple[Raw, str]]], enquiry: Raw, where: Raw, answer: Raw
) -> bool:
    wanted = {name: enquiry[name] for name in ("contact_id", "council", "enquiry_id")} | where
    assert set(wanted) == set(COPIED) - {"urgency", "lane"}  # of any level that it was asked at
    return any(
        key == wanted["contact_id"]
        and all(body[name] == value for name, value in wanted.items())
        and _same_words(body, answer)
        for body, key in said.get(answer["reply_id"], ())
    )


def _same_words(body: Raw, answer: Raw) -> bool:
    return {"facts": []} | _said_in(body) == {"facts": []} | _said_in(answer)


def _said_in(answer: Raw) -> Raw:
    """Give all of an answer that is said, without what is left open."""
    said = {one.name: answer.get(one.name) for one in fields(Answer)}
    cleared: Raw = _cleared(said)
    return cleared


def _cleared(said: Any) -> Any:
    if isinstance(said, dict):
        return {name: _cleared(value) for name, value in said.items() if value is not None}
    return [_cleared(one) for one in said] if isinstance(said, list | tuple) else said


def answered_for(news: News) -> Iterator[str]:
    """G1: whatever is filed names who answers for the agency; what was returned is not filed."""
    for change in news.of("enquiry"):
        for agency, asked in _rounds(change.now):
            for answer in (line["answer"] for line in asked["replies"] if line["answer"]):
                who = answer["designated_professional"] or {}
                if answer["state"] != "unavailable" and not (who.get("full_name") and who["role"]):
                    yield f"G1 {change.id} filed what nobody at {agency} answers for"


def about_its_own(news: News) -> Iterator[str]:
    """G5: a fact that is filed is about children of its own contact."""
    for change in news.of("enquiry"):
        for agency, asked in _rounds(change.now):
            for answer in (line["answer"] for line in asked["replies"] if line["answer"]):
                about = {child for fact in answer["facts"] for child in fact["about"]}
                if not all(child.startswith(change.now["contact_id"]) for child in about):
                    yield f"G5 {change.id} filed what {agency} says of somebody else"


def kept_in_time(news: News) -> Iterator[str]:
    """J2: no agency whose filed reply came in time has missed its time, whoever read it when."""
    came: dict[str, datetime] = news.history.memory.setdefault("came", {})
    for record in news.records:
        if ".reply." in record.topic:
            at = datetime.fromtimestamp(record.timestamp / 1000, UTC)
            came[str(Body(record).fields["reply_id"])] = at
    for change in news.of("enquiry"):
        for clock in change.now["clocks"]:
            slot = change.now["slots"].get(clock["of"])
            if slot is None or clock["state"] != "missed":
                continue
            due = datetime.fromisoformat(clock["due_at"])
            begun = [one for one in slot["rounds"] if one["asked_at"] == clock["started_at"]]
            since = datetime.fromisoformat(clock["started_at"])
            if all(_answered(asked, came, since, due) for asked in begun or slot["rounds"]):
                yield f"J2 {change.id} says that {clock['of']} missed the time that it kept"


def _answered(asked: Raw, came: dict[str, datetime], since: datetime, due: datetime) -> bool:
    filed = [one["reply_id"] for one in asked["replies"]]
    return any(since <= came[reply_id] <= due for reply_id in filed)


AFTER_EVERY_STEP = (
    lawful, only_its_own_children, addressed, collated_whole, filed_as_said, answered_for,
    about_its_own,
    kept_in_time,
)  # fmt: skip
