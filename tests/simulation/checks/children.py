"""Each child's own way: asked about everywhere or shown as a gap, and no longer once gone (H7)."""

from collections.abc import Iterator, Mapping
from typing import Any

from simulation.news import Body, News


def nobody_else_is_asked_about(news: News) -> Iterator[str]:
    """N11: no request or amendment names a child who was not in the enquiry by its edition."""
    about: dict[tuple[str, int], set[str]] = news.history.memory.setdefault("about", {})
    for record in news.records:
        body = Body(record).fields
        if record.topic.startswith(("enquiry.authorised.", "enquiry.amended.")):
            about[body["enquiry_id"], body["edition"]] = _named(body)
        if record.topic.startswith("agency.") and "family" in body:
            ours = about.get((body["enquiry_id"], body["edition"]), set())
            if not _named(body) or _named(body) - ours:
                yield f"N11 request {body['request_id']} names a child who is not asked about"


def _named(body: Mapping[str, Any]) -> set[str]:
    return {child["child_id"] for child in body["family"]["children"]}


def asked_everywhere(news: News) -> Iterator[str]:
    """H7: every child of an enquiry was asked about once at every agency, and is in its record.

    But for an answer that was set aside because it tells of another family's child (N11).
    """
    for raw in news.kept("enquiry").values():
        state = raw["state"]
        if state["authorised_at"] is None or state["withdrawn_at"]:
            continue
        children = _named(state)
        for slot in state["slots"].values():
            rounds = (one for one in slot["rounds"] if not one["taken_back_at"])
            standing = [one for one in rounds if not one["set_aside"]]
            asked = [child for one in standing for child in one["child_ids"] if child in children]
            if sorted(asked) != sorted(children):
                yield f"H7 {slot['agency']} was asked about {asked} for {state['id']}"
        if state["collated_at"] and not children <= set(state["collated_children"]):
            yield f"H7 {state['id']} has a child who is in no record"


def decided_of_those_who_are_there(news: News) -> Iterator[str]:
    """Nothing is recommended or decided of a child who is gone, and nobody waits for it."""
    for change in news.of("decision"):
        gone = (change.now["work"] or {}).get("gone")
        judged = change.newly("decision") or change.newly("recommendation")
        if gone and (change.was.get("work") or {}).get("gone") and judged:
            yield f"gone decision {change.id} was judged after it was {gone}"
        if gone and any(clock["state"] == "open" for clock in change.now["clocks"]):
            yield f"gone decision {change.id} is waited for"


AFTER_EVERY_STEP = (nobody_else_is_asked_about, decided_of_those_who_are_there)
AT_REST = (asked_everywhere,)
