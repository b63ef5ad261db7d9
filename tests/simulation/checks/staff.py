"""Nobody is named on a contact whom the directory had not, in the role, when it was done."""

from collections.abc import Iterator
from datetime import datetime

from intake.domain.staff import STAFF_PREFIX, staff_key
from mash_shared.act import team_key
from simulation.news import Change, News, Raw
from simulation.people import is_contact

Named = tuple[str, str, str, object]
"""As what somebody is named, who, when, and what the directory must say of them.

That is one of some roles, one of some teams, or a registration number.
"""
WORKERS = ("social_worker", "out_of_hours_duty_social_worker")
SORTING = (*WORKERS, "mash_manager", "head_of_mash", "screening_team")
"""Who may sort contacts, in one council or another."""


def named_staff_are_there(news: News) -> Iterator[str]:
    """F6, F7, E6, E3, J4, A18: by what the directory said of them before or within this step."""
    known: dict[str, list[Raw]] = news.history.memory.setdefault("staff", {})
    for id_, raw in news.kept("intake").items():
        if id_.startswith(STAFF_PREFIX):
            before = known.get(id_, [])[-1:]
            known[id_] = before if raw["state"] in before else [*before, raw["state"]]
    for change in news.of("intake"):
        for what, staff_id, at, wanted in _named(news, change):
            about = known.get(staff_key(change.now["council"], staff_id), [])
            if not any(_is_there(one, at) and _has(one, wanted) for one in about):
                yield f"staff contact {change.id} names {staff_id} as {what}, who was not there"


def _named(news: News, change: Change) -> Iterator[Named]:
    """Give whom a change names anew."""
    state = change.now
    yield from _coordinator(news, change)
    one, was = state["allocation"], change.was.get("allocation") or {}
    if one and (one["at"], one["social_worker"]) != (was.get("at"), was.get("social_worker")):
        yield "allocated", one["social_worker"], one["at"], WORKERS
    if change.newly("completion"):
        one = state["completion"]
        yield "completer", one["by"], one["at"], one["registration_number"]
    yield from _receivers(change)


def _receivers(change: Change) -> Iterator[Named]:
    for child, way in change.now["ways"].items():
        one, before = way["handed_over"], change.was.get("ways", {}).get(child, {})
        if one and one != before.get("handed_over") and one["ended_as"] == "to_last_team":
            routes = (way["route"] or {}, before.get("route") or {})
            teams = {team_key(route["team"]) for route in routes if route.get("team")}
            if team_key(one["to"]) not in teams:
                yield "receiver", one["to"], one["at"], WORKERS
            elsewhere = one["on_behalf"] or not teams
            wanted = SORTING if elsewhere else frozenset(teams)
            yield "who took it", one["acknowledged_by"], one["at"], wanted


def _coordinator(news: News, change: Change) -> Iterator[Named]:
    one, was = change.now["authorisation"], change.was.get("authorisation") or {}
    if one and one["coordinating_social_worker"] != was.get("coordinating_social_worker"):
        changed = one["earlier_coordinators"]
        at = changed[-1]["at"] if changed else one["at"]
        roles = news.pack(change.now["council"]).gate.coordinator_roles
        yield "coordinator", one["coordinating_social_worker"], at, roles


def _is_there(state: Raw, at: str) -> bool:
    moment, since, until = datetime.fromisoformat(at), state["since"], state["until"]
    begun = since is None or datetime.fromisoformat(since) <= moment
    return begun and (until is None or moment < datetime.fromisoformat(until))


def _has(state: Raw, wanted: object) -> bool:
    if isinstance(wanted, str):
        return bool(state["registration_number"] == wanted)
    if isinstance(wanted, frozenset):
        return bool({team_key(team) for team in state["teams"]} & wanted)
    return isinstance(wanted, tuple) and bool(set(state["roles"]) & set(wanted))


def nobody_works_who_left(news: News) -> Iterator[str]:
    """F6, F7, E6: whose worker is not there, by message or by the time, stands in a queue."""
    raws = news.kept("intake")
    for id_, raw in raws.items():
        state = raw["state"]
        if not is_contact(id_) or not state["recorded_at"] or state["state"] == "closed":
            continue
        yield from _worker(news, id_, state)
        yield from _coordinates(news, id_, state)
        yield from _straight(id_, state)


def _works(news: News, council: str, staff_id: str, roles: object) -> bool:
    known = news.kept("intake")[staff_key(council, staff_id)]["state"]
    return _is_there(known, news.hub.now().isoformat()) and _has(known, roles)


def _worker(news: News, id_: str, state: Raw) -> Iterator[str]:
    held = state["allocation"]
    if held and not state["ending"]:
        there = _works(news, state["council"], held["social_worker"], WORKERS)
        if not there and "allocation" not in state["waiting"]:
            yield f"worker contact {id_} is {held['social_worker']}'s, who is not there"


def _coordinates(news: News, id_: str, state: Raw) -> Iterator[str]:
    enquiry = state["authorisation"]
    if enquiry and state["state"] == "enquiry_authorised":
        roles = news.pack(state["council"]).gate.coordinator_roles
        there = _works(news, state["council"], enquiry["coordinating_social_worker"], roles)
        if there is ("coordination" in state["waiting"]):
            yield f"coordinator contact {id_} waits for another, or does not, against what is so"


def _straight(id_: str, state: Raw) -> Iterator[str]:
    if state["state"] != "sent_for_decision" or state["allocation"]:
        return
    here = (state["ways"][one["child_id"]] for one in state["facts"]["children"])
    left = [one for one in here if one["let_out_at"] and not one["handed_over"]]
    if left and "allocation" not in state["waiting"]:
        yield f"worker contact {id_} goes straight to a decision and is nobody's"


AFTER_EVERY_STEP = (named_staff_are_there,)


def call_backs(news: News) -> Iterator[str]:
    """A18: a call-back is its referrer's own agency's, and taken by who is theirs still."""
    for id_, raw in news.kept("intake").items():
        state = raw["state"]
        if not is_contact(id_) or not state["recorded_at"]:
            continue
        said = (state["facts"]["referrer"] or {}).get("agency")
        agency = said if said in news.pack(state["council"]).agencies else None
        for task in state["tasks"]:
            if task["kind"] == "call_back" and not task["done"] and task["agency"] != agency:
                yield f"call-back contact {id_} waits for {task['agency']}, not {agency}"


AT_REST = (nobody_works_who_left, call_backs)
