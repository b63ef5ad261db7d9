"""Protection first: ended by nobody alone, stopped by no consent, unallocated in no silence."""

from collections.abc import Iterator

from simulation.news import News, Raw

MANAGERS = ("mash_manager", "head_of_mash")
GOES_ON = ("joined", "to_allocated_worker", "to_last_team", "answered")
HAS_THE_CHILD = ("joined", "to_allocated_worker", "to_last_team")


def is_about_protection(news: News, state: Raw) -> bool:
    """Harm or danger said; of who refers also protection asked for, or red (C8, E6)."""
    pack = news.pack(state["council"])
    asked = pack.service_of(state["request_type"]) == pack.contact.protection_service
    harm = state["facts"]["significant_harm"] == "yes"
    concern = state["path"] != "request_to_the_hub"
    said = harm or state["immediate_danger"]
    return bool(said or (concern and (asked or state["urgency"] == "red")))


def ended_alone(news: News) -> Iterator[str]:
    """Nobody ends a contact about protection but with the sign-off of a manager, somebody else."""
    for change in news.of("intake"):
        if not change.newly("ending") or not is_about_protection(news, change.now):
            continue
        ending = change.now["ending"]
        signed = ending["signed_off_by"] or ""
        by_manager = any(role in signed for role in MANAGERS) and signed != ending["by"]
        if ending["ended_as"] not in GOES_ON and not by_manager:
            yield f"ended-alone contact {change.id} ended as {ending['ended_as']}"


def stopped(news: News) -> Iterator[str]:
    """Want of consent stops no contact about protection."""
    for change in news.of("intake"):
        if change.newly("stopped_at") and is_about_protection(news, change.now):
            yield f"stopped contact {change.id}"


def unseen(news: News) -> Iterator[str]:
    """A contact about protection stands in the queue of allocation until a worker has the child."""
    for id_, raw in news.hub.collections["intake"].raws.items():
        state = raw["state"]
        if id_.startswith("known-") or not state["recorded_at"]:
            continue
        ending = state["ending"] or {}
        went = ending.get("ended_as") in HAS_THE_CHILD or ending.get("signed_off_by")
        has_worker = state["allocation"] or state["authorisation"] or went
        waits = "allocation" in state["waiting"]
        if is_about_protection(news, state) and not has_worker and not waits:
            yield f"unseen contact {id_} ({state['state']})"


AFTER_EVERY_STEP = (ended_alone, stopped)
AT_REST = (unseen,)
