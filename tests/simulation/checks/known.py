"""Children whom somebody works with: no enquiry, and no end without a sign-off (5, 6, E1-E3)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta

from simulation.news import Change, News, Raw
from simulation.people import is_contact


def open_case(news: News) -> Iterator[str]:
    """5: a child whose open case matches for certain is neither let out nor ended alone."""
    routed: dict[str, str] = news.history.memory.setdefault("routed", {})
    for change in news.of("intake"):
        for child, way in change.now["ways"].items():
            was = change.was.get("ways", {}).get(child, {})
            if change.now["path"] == "child_concern" and _has_gone(change, way, was):
                yield from _gone(news, change, child, routed)
            route = way["route"]
            if route and route["kind"] == "to_allocated_worker":
                routed[child] = route["record_id"]
            elif child in routed and not _is_open(news, change.now["council"], routed[child]):
                del routed[child]


def _has_gone(change: Change, way: Raw, was: Raw) -> bool:
    """Whether this child was let out, or ended with the contact."""
    if way["struck"] or way["split_off_to"] or way["handed_over"]:
        return False
    let_out = way["let_out_at"] is not None and was.get("let_out_at") is None
    return let_out or (change.newly("ending") and way["outcome"] is None)


def _gone(news: News, change: Change, child: str, routed: dict[str, str]) -> Iterator[str]:
    state = change.now
    ended_as = (state["ending"] or {}).get("ended_as")
    certain = _certain(news, change, child)
    earlier = {routed[child]} if child in routed else set()
    still = {number for number in certain | earlier if _is_open(news, state["council"], number)}
    if not still or _told_late(state, child):
        return
    verdicts = _denied(state, child)
    if ended_as == "joined":
        to = state["ending"]["to"]
        if not (_routes(news.state("intake", to)) | _said_to_go_to(state, to)) & still:
            yield f"join-open contact {change.id} has an open case"
    elif still <= verdicts:
        if _undone_alone(state, still):
            yield f"match-undone child {child} went by {ended_as}"
    elif certain & (still - verdicts):
        yield f"5 child {child} has an open case and went on ({ended_as})"
    else:
        yield f"corrected-away child {child} went by {ended_as}"


def _certain(news: News, change: Change, child: str) -> set[str]:
    """Give the cases that share a child's NHS number, as far as the index was asked since."""
    if change.was.get("look_wanted", True):
        return set()
    return _sharing(news, change.was, child)


def _denied(state: Raw, child: str) -> set[str]:
    """Give the records of which a person has said that they are of another than this child."""
    return {
        match["found"]["record_id"]
        for match in state["matching"]["matches"]
        if match["found"]["child_id"] == child
        if match["verdicts"] and not match["verdicts"][-1]["same"]
    }


def _undone_alone(state: Raw, numbers: set[str]) -> bool:
    """Whether a match that rests on a number was undone by somebody who is no manager."""
    return any(
        match["found"]["record_id"] in numbers
        and "nhs_number" in match["rested_on"] + _made_certain_by(match["found"])
        and match["verdicts"][-1]["by"].split("-")[-2] not in ("mash_manager", "head_of_mash")
        for match in state["matching"]["matches"]
        if match["verdicts"]
    )


def _told_late(state: Raw, child: str) -> bool:
    """Whether the case became known just then, and somebody is to tell who coordinates."""
    since = state["ways"][child]["let_out_at"]
    tells = (t for t in state["tasks"] if t["kind"] == "tell" and t["child_id"] == child)
    return since is not None and any(task["opened_at"] >= since for task in tells)


def _made_certain_by(found: Raw) -> list[str]:
    """Give what makes a record certain; a number that another name speaks against does not."""
    reasons: list[str] = found["reasons"] if found["certainty"] == "certain" else []
    return reasons


def _routes(state: Raw) -> set[str]:
    return {way["route"]["record_id"] for way in state["ways"].values() if way["route"]}


def _said_to_go_to(state: Raw, contact: str) -> set[str]:
    """Give the cases that another contact went to when it was found; it may have changed since."""
    found = (match["found"] for match in state["matching"]["matches"])
    return {case for one in found if one["record_id"] == contact for case in one["goes_to"]}


def _sharing(news: News, state: Raw, child_id: str) -> set[str]:
    children = (one for one in state["facts"]["children"] if one["child_id"] == child_id)
    numbers = {child["nhs_number"] for child in children} - {None}
    return {
        raw["state"]["case_ref"]
        for id_, raw in news.kept("intake").items()
        if id_.startswith("known-") and not raw["state"]["look_wanted"]
        and raw["state"]["council"] == state["council"]
        and (raw["state"]["child"] or {}).get("nhs_number") in numbers
    }  # fmt: skip


def _is_open(news: News, council: str, number: str) -> bool:
    return news.state("intake", f"known-{council}-{number}").get("status") == "open"


def _is_lately_closed(match: Raw, limit: datetime) -> bool:
    at = match["found"]["closed_at"]
    said_same = any(verdict["same"] for verdict in match["verdicts"]) or match["rested_on"]
    return datetime.fromisoformat(at) >= limit if at else bool(said_same)


def last_team(news: News) -> Iterator[str]:
    """6: a case closed up to three months before goes to the last team, no older one does.

    One closed without a date does so when a person has said whose it is, or has still to say.
    """
    for change in news.of("intake"):
        for child, way in change.now["ways"].items():
            route: Raw = way["route"] or {}
            was = change.was.get("ways", {}).get(child, {}).get("route") or {}
            if route.get("kind") != "to_last_team" or route == was:
                continue
            there = [
                match
                for match in change.now["matching"]["matches"]
                if match["found"]["record_id"] == route["record_id"]
            ]
            received = datetime.fromisoformat(change.now["received_at"])
            limit = received - relativedelta(months=3) - timedelta(days=1)
            if not any(_is_lately_closed(match, limit) for match in there):
                yield f"6 child {child} goes to the last team of a case closed long ago"


def complete_only_when_overseen(news: News) -> Iterator[str]:
    """5: the record of a child with an open case is complete only behind a sign-off (E2)."""
    for change in news.of("intake"):
        here = {child["child_id"] for child in change.now["facts"]["children"]}
        for child, way in change.was.get("ways", {}).items():
            overseen = (way["route"] or {}).get("kind") == "to_allocated_worker" and child in here
            if change.newly("completion") and overseen and not way["oversight"]:
                yield f"5 contact {change.id} was completed without a sign-off"


def known_at_rest(news: News) -> Iterator[str]:
    """5: a child who waits beside an open case with their number goes to that case."""
    for id_, raw in news.kept("intake").items():
        state = raw["state"]
        if not is_contact(id_) or state["state"] != "recorded" or state["look_wanted"]:
            continue
        asked = "matches" in state["waiting"]  # a number with another name is a person's to judge
        for child in (one["child_id"] for one in state["facts"]["children"]):
            sharing = _sharing(news, state, child)
            certain = {number for number in sharing if _is_open(news, state["council"], number)}
            route = state["ways"][child]["route"] or {}
            routed = route.get("kind") == "to_allocated_worker"
            if certain - _denied(state, child) and not (routed or asked):
                yield f"5 child {child} waits, and their open case is not known"


AFTER_EVERY_STEP = (open_case, last_team, complete_only_when_overseen)
AT_REST = (known_at_rest,)
