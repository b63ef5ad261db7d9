"""Children whom somebody works with: no enquiry, and no end without a sign-off (5, 6, E1-E3)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta

from simulation.news import Change, News, Raw


def open_case(news: News) -> Iterator[str]:
    """5: with an open case that matches for certain no enquiry leaves and nothing ends alone."""
    routed: dict[str, str] = news.history.memory.setdefault("routed", {})
    for change in news.of("intake"):
        gone = [n for n in ("authorisation", "sent_for_decision", "ending") if change.newly(n)]
        if gone and change.now["path"] == "child_concern":
            yield from _gone(news, change, gone[0], routed)
        route = change.now["route"]
        if route and route["kind"] == "to_allocated_worker":
            routed[change.id] = route["record_id"]
        elif change.id in routed and not _is_open(news, change.now["council"], routed[change.id]):
            del routed[change.id]


def _gone(news: News, change: Change, way: str, routed: dict[str, str]) -> Iterator[str]:
    state = change.now
    ended_as = (state["ending"] or {}).get("ended_as")
    if ended_as == "to_allocated_worker" and state["oversight"]:
        return
    certain = _certain(news, change)
    earlier = {routed[change.id]} if change.id in routed else set()
    still = {number for number in certain | earlier if _is_open(news, state["council"], number)}
    if not still:
        return
    verdicts = _denied(state)
    if ended_as == "joined":
        if _route(news.state("intake", state["ending"]["to"])) not in still:
            yield f"join-open contact {change.id} has an open case"
    elif still <= verdicts:
        if _undone_alone(state, still):
            yield f"match-undone contact {change.id} went by {way}"
    elif certain & (still - verdicts):
        yield f"5 contact {change.id} has an open case and went by {way} ({ended_as})"
    else:
        yield f"corrected-away contact {change.id} went by {way}"


def _certain(news: News, change: Change) -> set[str]:
    """Give the cases that share a child's NHS number, as far as the index was asked since."""
    if change.was.get("look_wanted", True):
        return set()
    return _sharing(news, change.was)


def _denied(state: Raw) -> set[str]:
    """Give the records of which a person has said that they are of somebody else."""
    return {
        match["found"]["record_id"]
        for match in state["matching"]["matches"]
        if match["verdicts"] and not match["verdicts"][-1]["same"]
    }


def _undone_alone(state: Raw, numbers: set[str]) -> bool:
    """Whether a match that rests on a number was undone by somebody who is no manager."""
    return any(
        match["found"]["record_id"] in numbers
        and "nhs_number" in match["found"]["reasons"] + match["rested_on"]
        and match["verdicts"][-1]["by"].split("-")[-2] not in ("mash_manager", "head_of_mash")
        for match in state["matching"]["matches"]
        if match["verdicts"]
    )


def _route(state: Raw) -> str | None:
    return (state["route"] or {}).get("record_id")


def _sharing(news: News, state: Raw) -> set[str]:
    numbers = {child["nhs_number"] for child in state["facts"]["children"]} - {None}
    return {
        raw["state"]["case_ref"]
        for id_, raw in news.hub.collections["intake"].raws.items()
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
        route: Raw = change.now["route"] or {}
        if route.get("kind") != "to_last_team" or route == (change.was.get("route") or {}):
            continue
        there = [
            match
            for match in change.now["matching"]["matches"]
            if match["found"]["record_id"] == route["record_id"]
        ]
        received = datetime.fromisoformat(change.now["received_at"])
        limit = received - relativedelta(months=3) - timedelta(days=1)
        if not any(_is_lately_closed(match, limit) for match in there):
            yield f"6 contact {change.id} goes to the last team of a case closed long ago"


def complete_only_when_overseen(news: News) -> Iterator[str]:
    """5: the record of a child with an open case is complete only behind a sign-off (E2)."""
    for change in news.of("intake"):
        route = change.was.get("route") or {}
        overseen = route.get("kind") == "to_allocated_worker"
        if change.newly("completion") and overseen and not change.now["oversight"]:
            yield f"5 contact {change.id} was completed without a sign-off"


def known_at_rest(news: News) -> Iterator[str]:
    """5: a contact that waits beside an open case with its child's number goes to that case."""
    for id_, raw in news.hub.collections["intake"].raws.items():
        state = raw["state"]
        if id_.startswith("known-") or state["state"] != "recorded" or state["look_wanted"]:
            continue
        certain = {
            number for number in _sharing(news, state) if _is_open(news, state["council"], number)
        }
        routed = (state["route"] or {}).get("kind") == "to_allocated_worker"
        asked = "matches" in state["waiting"]  # a number with another name is a person's to judge
        if certain - _denied(state) and not (routed or asked):
            yield f"5 contact {id_} waits, and its open case is not known"


AFTER_EVERY_STEP = (open_case, last_team, complete_only_when_overseen)
AT_REST = (known_at_rest,)
