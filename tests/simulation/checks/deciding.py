"""Deciding: the right person, once, in time (I6, requirements 9 and 12)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from mash_shared.vocabulary import Lane
from simulation.news import News, receipts


def decided_once(news: News) -> Iterator[str]:
    """I6: a decision and a collation never change, whatever comes later."""
    for change in news.of("decision"):
        if not change.kept("decision"):
            yield f"I6 decision {change.id} changed after it was recorded"
    for change in news.of("enquiry"):
        same = change.was.get("record") == change.now["record"]
        same = same and change.now["collated_at"] and change.now["collated_children"]
        if same and not (change.kept("collated_at") and change.kept("collated_replies")):
            yield f"I6 {change.id} was collated anew"


def by_the_right_people(news: News) -> Iterator[str]:
    """12: role, recommendation and two people, as the council's policy asks."""
    for change in news.of("decision"):
        if not change.newly("decision"):
            continue
        deciding = news.pack(change.now["council"]).deciding
        decided, recommended = change.now["decision"], change.now["recommendation"]
        if decided["by"].split("-")[-2] not in {role.value for role in deciding.decider_roles}:
            yield f"12 decision {change.id} was made by {decided['by']}"
        if deciding.recommendation_required and not recommended:
            yield f"12 decision {change.id} was made without a recommendation"
        if deciding.must_differ and recommended and recommended["by"] == decided["by"]:
            yield f"12 decision {change.id} was recommended and made by one person"


def whoever_waits_has_a_clock(news: News) -> Iterator[str]:
    """9: a decision that waits has a clock; in the red lane it is due four hours after receipt."""
    for change in news.of("decision"):
        state = change.now
        if not state["opened_at"]:
            continue
        clocks = [one for one in state["clocks"] if one["kind"] == "decision"]
        gone = state["work"] and state["work"]["gone"]
        if not (state["decision"] or gone) and all(one["state"] == "cancelled" for one in clocks):
            yield f"9 decision {change.id} waits and nobody has promised it"
        level = news.pack(state["council"]).risk_levels[state["urgency"]]
        if level.lane is not Lane.RED:
            continue
        received = receipts(news.state("intake", state["contact_id"]))
        due = {moment + timedelta(hours=4) for moment in received}
        for clock in clocks:
            if clock["state"] == "open" and datetime.fromisoformat(clock["due_at"]) not in due:
                yield f"9 decision {change.id} is due at {clock['due_at']}"


AFTER_EVERY_STEP = (decided_once, by_the_right_people, whoever_waits_has_a_clock)
