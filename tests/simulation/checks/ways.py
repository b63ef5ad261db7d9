"""Each child's own way: nobody is asked about who went another, and nobody is lost (E, N11)."""

from collections.abc import Iterator

from simulation.news import Body, News, Raw
from simulation.people import is_contact


def one_family_let_out(news: News) -> Iterator[str]:
    """N11: children of two families are let out together only where somebody said they are one."""
    for change in news.of("intake"):
        let_out = [child for child in _here(change.now) if _way(change.now, child)["let_out_at"]]
        labels = {one["child_id"]: one["family"] for one in change.now["facts"]["children"]}
        said = any(set(let_out) <= one["children"].keys() for one in change.now["one_family"])
        if len({labels[child] for child in let_out}) > 1 and not said:
            yield f"N11 contact {change.id} lets children of two families out together"


def nobody_asked_who_is_elsewhere(news: News) -> Iterator[str]:
    """E1, N11: an enquiry is about the children who were let out and are still here, at rest."""
    last: dict[str, tuple[int, list[str]]] = {}
    for record in news.hub.log.appended:
        if record.topic.startswith(("enquiry.authorised.", "enquiry.amended.")):
            body = Body(record).fields
            ids = [child["child_id"] for child in body["family"]["children"]]
            said = (body["edition"], ids)
            last[body["contact_id"]] = max(last.get(body["contact_id"], said), said)
    for id_, state in _contacts(news):
        let_out = [child for child in _here(state) if _way(state, child)["let_out_at"]]
        if id_ in last and last[id_][1] != let_out:
            yield f"E1 the enquiry about {id_} names {last[id_][1]} instead of {let_out}"
        for child in let_out:
            if _way(state, child)["handed_over"]:
                yield f"E1 child {child} is handed over and asked about"


def every_child_is_somewhere(news: News) -> Iterator[str]:
    """Every child the hub ever heard of is with somebody, waits in a queue, or has ended."""
    for id_, state in _contacts(news):
        here = _here(state)
        for child, way in state["ways"].items():
            if way["split_off_to"]:
                yield from _lost(news, state, way)
            elif child not in here and not way["struck"]:
                yield f"child {child} of {id_} is gone without a word"
            elif child in here and _is_nowhere(news, state, way):
                yield f"child {child} of {id_} is nowhere"


def _lost(news: News, state: Raw, way: Raw) -> Iterator[str]:
    linked = news.state("intake", way["split_off_to"])
    if not linked.get("ways"):
        yield f"N11 child {way['child_id']} was lost on the way to {way['split_off_to']}"
    elif linked["group_id"] != state["group_id"]:
        yield f"N11 {way['split_off_to']} is not linked with {state['id']}"


def _is_nowhere(news: News, state: Raw, way: Raw) -> bool:
    """Whether nobody has a child, waits for them or has ended their way."""
    if way["outcome"] or way["handed_over"] or state["ending"]:
        return False
    if way["let_out_at"] is None:
        return not state["waiting"]
    if state["authorisation"]:
        enquiry = news.state("enquiry", state["authorisation"]["enquiry_id"])
        asked = [child["child_id"] for child in (enquiry.get("family") or {}).get("children", ())]
        return way["child_id"] not in asked
    return news.state("decision", way["child_id"]).get("opened_at") is None


def gone_gets_no_decision(news: News) -> Iterator[str]:
    """A child who is here no more is not decided on after whoever decides has heard of it."""
    for change in news.of("decision"):
        gone = (change.was.get("work") or {}).get("gone")
        if gone and change.newly("decision"):
            yield f"H child {change.id} is decided on and was {gone}"


def _here(state: Raw) -> list[str]:
    return [child["child_id"] for child in state["facts"]["children"]]


def _way(state: Raw, child: str) -> Raw:
    way: Raw = state["ways"][child]
    return way


def _contacts(news: News) -> Iterator[tuple[str, Raw]]:
    for id_, raw in news.kept("intake").items():
        if is_contact(id_) and raw["state"]["recorded_at"]:
            yield id_, raw["state"]


AFTER_EVERY_STEP = (one_family_let_out, gone_gets_no_decision)
AT_REST = (nobody_asked_who_is_elsewhere, every_child_is_somewhere)
