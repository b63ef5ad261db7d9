"""Draws what goes wrong inside one step, above all who else is at work on the same contact."""

from typing import TYPE_CHECKING, Any

from simulation.log import partition_of
from simulation.routes import routes
from simulation.stage import Action, outgoing

if TYPE_CHECKING:
    from simulation.director import Director

KINDS = ("crash", "crash", "away", "busy", "nested", "nested", "nested")
PASSES_BY_ITSELF = (112, 262, 24)
"""Codes with which a busy server answers one write of many: a conflict, its time, its locks."""
POINTS = {"act": 9, "pump": 9, "tend": 20}
"""How many touches of a step may be met; a round of the couriers has the most."""
READ_BEFORE_WRITTEN = (2, 3, 4)
"""Points of an act at which its document has been read and not yet written."""


def is_troubled(director: "Director", action: Action) -> bool:
    """Draw whether anything comes in between: oftener where a state could be superseded by it."""
    often = 0.15
    if action["do"] == "act":
        often = 0.05 if " GET " in action["route"] else 0.22
    elif action["do"] == "tend" and action["at"].startswith("intake") and _looked_for(director):
        often = 0.6
    return director.rng.random() < often


def fault(director: "Director", action: Action) -> dict[str, Any]:
    """Draw one fault for a step."""
    rng = director.rng
    at, kind = rng.randint(1, POINTS[action["do"]]), rng.choice(KINDS)
    if kind == "busy":
        item, code = rng.randint(0, 2), rng.choice(PASSES_BY_ITSELF)
        return {"at": at, "do": kind, "item": item, "code": code}
    if kind == "nested":
        if action["do"] == "act" and rng.random() < 0.6:
            at = rng.choice(READ_BEFORE_WRITTEN)
        return {"at": at, "do": kind, "actions": _others(director, action)}
    return {"at": at, "do": kind}


def _others(director: "Director", action: Action) -> list[dict[str, Any]]:
    """Choose who comes in between; others may be done with a contact before the step goes on."""
    rng = director.rng
    if rng.random() < 0.3:
        return [director.plain()]
    contact = action.get("contact") or rng.choice(_looked_for(director) or director.contacts())
    route = director.choice()
    if rng.random() < 0.5:
        route = routes()["intake PATCH /contacts/{contact_id}"]
    others = [director.call(route, director.council, contact)]
    if action["do"] == "tend" and rng.random() < 0.6:
        process, _, number = action["at"].partition("#")
        other = f"{process}#{1 - int(number)}"
        if process == "intake":
            others = rng.choice((others, _news(director, other)))
        others += [{"do": "wait", "seconds": 5}, {"do": "tend", "at": other}]
    return others


def _news(director: "Director", name: str) -> list[dict[str, Any]]:
    """Let news of a case come, and reach the index."""
    said = director.outsiders.case_system(director.council)
    message = outgoing(said)
    place = f"{message.topic}/{partition_of(message)}"
    read = {"do": "pump", "at": name, "lane": "amber", "take": {place: 99}}
    return [{"do": "start", "at": name}, said, read]


def _looked_for(director: "Director") -> list[str]:
    """Give the contacts that the case index is still to be asked about."""
    raws = director.hub.collections["intake"].raws
    return [id_ for id_ in director.contacts() if id_ in raws and raws[id_]["state"]["look_wanted"]]
