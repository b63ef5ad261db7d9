"""Protection first: ended by nobody alone, stopped by no consent, in a queue until it has a worker.

What is found here is of known shapes; each finding begins with the shape's code.
"""

from collections.abc import Iterator

from simulation.news import News, Raw

MANAGERS = ("mash_manager", "head_of_mash")
GOES_ON = ("joined", "to_allocated_worker", "to_last_team")


def is_about_protection(news: News, state: Raw) -> bool:
    """Protection asked for, significant harm, immediate danger, or red (design, protection)."""
    pack = news.pack(state["council"])
    asked = pack.service_of(state["request_type"]) == pack.contact.protection_service
    harm = state["facts"]["significant_harm"] == "yes"
    concern = state["path"] != "request_to_the_hub"
    return concern and bool(asked or harm or state["immediate_danger"] or state["urgency"] == "red")


def ended_alone(news: News) -> Iterator[str]:
    """Nobody but a manager ends a contact about protection."""
    for change in news.of("intake"):
        if not change.newly("ending") or not is_about_protection(news, change.now):
            continue
        ending = change.now["ending"]
        by_manager = any(role in ending["by"] for role in MANAGERS)
        if ending["ended_as"] not in GOES_ON and not by_manager:
            yield f"ended-alone contact {change.id} ended as {ending['ended_as']}"


def stopped(news: News) -> Iterator[str]:
    """Want of consent stops no contact about protection."""
    for change in news.of("intake"):
        if change.newly("stopped_at") and is_about_protection(news, change.now):
            yield f"stopped contact {change.id}"


def unseen(news: News) -> Iterator[str]:
    """A contact about protection stands in a queue until a worker has the child."""
    for id_, raw in news.hub.collections["intake"].raws.items():
        state = raw["state"]
        if id_.startswith("known-") or not state["recorded_at"]:
            continue
        ended = (state["ending"] or {}).get("ended_as")
        has_worker = state["allocation"] or ended in GOES_ON
        if is_about_protection(news, state) and not has_worker and not state["waiting"]:
            yield f"unseen contact {id_} ({state['state']})"


AFTER_EVERY_STEP = (ended_alone, stopped)
AT_REST = (unseen,)
