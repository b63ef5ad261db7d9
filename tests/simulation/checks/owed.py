"""What is owed of who went their way first: checks, whose they are, the record (B2, J4, N11)."""

from collections.abc import Iterator

from simulation.news import Change, News, Raw


def checked_before_or_owed(news: News) -> Iterator[str]:
    """B2: who was let out or handed over was checked, or that is owed; always where it can wait."""
    for change in news.of("intake"):
        if change.now["path"] != "child_concern" and not change.now["is_protection"]:
            continue  # a question: nobody is sent anywhere by it
        for child in _here(change.now):
            way, was = change.now["ways"][child], change.was.get("ways", {}).get(child) or {}
            went = {way["let_out_at"], str(way["handed_over"])} - {None, "None"}
            if not went or way["check"]:
                continue
            if not _owes(change.now, "check", child) and not _is_joined(change.now):
                yield f"B2 child {child} went unchecked, and nobody owes the check"
            before = {was.get("let_out_at"), str(was.get("handed_over"))} - {None, "None"}
            if not before and not was.get("check") and _could_wait(news, change):
                yield f"B2 child {child} went unchecked though it could wait"


def complete_of_what_is_so(news: News) -> Iterator[str]:
    """J4: no record is complete of a child unchecked, or while a match is undecided."""
    for change in news.of("intake"):
        if change.now["completion"] and not change.now["ending"]:
            unchecked = [c for c in _here(change.now) if not change.now["ways"][c]["check"]]
            if unchecked and change.now["path"] == "child_concern":
                yield f"J4 contact {change.id} is complete with {unchecked} unchecked"


def nothing_new_before_it_is_said(news: News) -> Iterator[str]:
    """N11: while it is open whose the children are, agencies are told nothing that was learnt."""
    for change in news.of("intake"):
        told, before = change.now.get("asked"), change.was.get("asked")
        doubted = all("splitting" in side.get("waiting", {}) for side in (change.now, change.was))
        if not told or not doubted:
            continue
        if before and (told["concern"], _others(told)) != (before["concern"], _others(before)):
            yield f"N11 contact {change.id} tells agencies before it is said whose they are"
        if not _owes(change.now, "families", "children"):
            yield f"N11 nobody has to say whose the children of {change.id} are"


def _others(told: Raw) -> tuple[str, str]:
    return str(told["family"]["household"]), str(told["family"]["address"])


def _owes(state: Raw, kind: str, of: str) -> bool:
    tasks = (one for one in state["tasks"] if (one["kind"], one["of"]) == (kind, of))
    return any(one["done"] is None for one in tasks)


def _could_wait(news: News, change: Change) -> bool:
    """Whether neither level, danger nor the hour let it go before the check."""
    now, was = change.now, change.was
    is_open = all(
        copy.service.packs.of(now["council"]).calendar.is_open(copy.now())
        for name, copy in news.hub.copies.items()
        if name.startswith("intake#") and copy.service.packs is not None
    )
    urgent = now["lane"] == "red" or now["immediate_danger"] or was.get("out_of_hours")
    concern = now["path"] == "child_concern" or now["is_protection"]
    return concern and not urgent and (is_open or not now["is_protection"])


def _is_joined(state: Raw) -> bool:
    return bool(state["ending"]) and state["ending"]["ended_as"] == "joined"


def _here(state: Raw) -> list[str]:
    return [child["child_id"] for child in state["facts"]["children"]]


AFTER_EVERY_STEP = (
    checked_before_or_owed,
    complete_of_what_is_so,
    nothing_new_before_it_is_said,
)
