"""Requests made to the hub and the figures of the front door (M4, M7, O6)."""

from collections.abc import Iterator

from simulation.news import News, Raw

OPEN = ("recorded", "enquiry_authorised", "sent_for_decision")


def answered_with_content(news: News) -> Iterator[str]:
    """M7: a request ends as answered with an answer, of which every part has its line."""
    for change in news.of("intake"):
        state, ending = change.now, change.now["ending"] or {}
        if ending.get("ended_as") == "answered" and not state["answers"]:
            yield f"M7 request {change.id} ended as answered, and was not"
        lines = sum(map(_lines, state["answers"]))
        if lines != len(state["disclosures"]):
            yield f"M7 request {change.id} has {len(state['disclosures'])} lines of {lines}"
        duties = [task for task in state["tasks"] if task["kind"] == "duty"]
        over = all(task["done"] for task in duties) or state["reopened"]
        if ending.get("ended_as") in ("answered", "noted") and not over:
            yield f"M7 request {change.id} ended before its duties did"


def _lines(answer: Raw) -> int:
    """Count what an answer discloses: of whom it is about, of each child, and beside that."""
    children = answer["children"]
    each = sum(1 + len(one["said"]) + (one["text"] is not None) for one in children)
    return 1 + len(answer["duties"]) + len(answer["disclosed"]) + each


def every_child_has_an_answer(news: News) -> Iterator[str]:
    """M9: a request waits for an answer, or its last one says something of each child it names.

    No line of the ledger is of a child whom the request did not name, or a record of another.
    """
    for change in news.of("intake"):
        state = change.now
        if not state.get("answers"):
            continue
        waits = "answers" in state["waiting"] or "tasks" in state["waiting"]
        named = {child["child_id"] for child in state["facts"]["children"]}
        said = {one["child_id"] for one in state["answers"][-1]["children"]} - {"unnamed"}
        if named != said and not waits:
            yield f"M9 request {change.id} owes {sorted(named ^ said)} an answer"
        records = {m["found"]["record_id"] for m in state["matching"]["matches"]}
        newest = [d for d in state["disclosures"] if d["answer"] == state["answers"][-1]["number"]]
        about = {d["about"] for d in newest if not d["about"].startswith("subject:")}
        if change.newly("answers") and not about <= named | records:
            yield f"M7 request {change.id} told of {sorted(about - named - records)}"


def concerns_are_recorded(news: News) -> Iterator[str]:
    """M10: the concern that was raised from a request has a contact, and points back to it."""
    for raw in list(news.kept("intake").values()):
        for id_ in raw["state"].get("concerns", ()):
            if news.state("intake", id_).get("arises_from") != raw["_id"]:
                yield f"M10 the concern {id_} of request {raw['_id']} has no contact of its own"


def every_contact_is_counted(news: News) -> Iterator[str]:
    """O6: a contact stands in the figures, in the week of its receipt, as what it is."""
    for change in news.of("intake"):
        if change.now.get("recorded_at") and not _is_counted(change.now):
            yield f"O6 contact {change.id} is not counted as what it is"


def _is_counted(state: Raw) -> bool:
    figures: Raw = state["figures"] or {}
    open_ = state["state"] in OPEN
    return bool(figures.get("week")) and (figures["standing"] == "open") is open_


AFTER_EVERY_STEP = (answered_with_content, every_child_has_an_answer, every_contact_is_counted)
AT_REST = (concerns_are_recorded,)
