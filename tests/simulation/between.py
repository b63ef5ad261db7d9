"""Draws what goes wrong inside one step, above all who else is at work on the same contact."""

from typing import TYPE_CHECKING, Any

from mash_shared.vocabulary import Role
from simulation.log import partition_of
from simulation.people import CHILDREN, child_facts, staff
from simulation.routes import routes
from simulation.stage import Action, outgoing

if TYPE_CHECKING:
    from simulation.director import Director

KINDS = ("crash", "crash", "away", "busy", "nested", "nested")
PASSES_BY_ITSELF = (112, 262, 24)
"""Codes with which a busy server answers one write of many: a conflict, its time, its locks."""
POINTS = {"act": 9, "pump": 9, "tend": 20}
"""How many touches of a step may be met; a round of the couriers has the most."""
READ_BEFORE_WRITTEN = (2, 4)
"""Points of an act at which its document has been read and not yet written."""
LOOKED_BEFORE_TOLD = range(9, 20)
"""About where a round of the matcher has read contacts and not yet told them what was found."""
CORRECTION = "intake PATCH /contacts/{contact_id}"


def is_troubled(director: "Director", action: Action) -> bool:
    """Draw whether anything comes in between: oftener where a state could be superseded by it."""
    often = 0.15
    if action["do"] == "act":
        often = 0.05 if " GET " in action["route"] else 0.15 + 0.1 * action.get("tries", 0)
    elif _looks(director, action):
        often = 0.6
    return director.rng.random() < often


def fault(director: "Director", action: Action) -> dict[str, Any]:
    """Draw one fault for a step."""
    rng = director.rng
    if rng.random() < 0.5 and (_looks(director, action) or action.get("tries")):
        window = LOOKED_BEFORE_TOLD if action["do"] == "tend" else READ_BEFORE_WRITTEN
        return {"at": rng.choice(window), "do": "nested", "actions": _others(director, action)}
    at, kind = rng.randint(1, POINTS[action["do"]]), rng.choice(KINDS)
    if kind == "busy":
        item, code = rng.randint(0, 2), rng.choice(PASSES_BY_ITSELF)
        return {"at": at, "do": kind, "item": item, "code": code}
    if kind == "nested":
        others = [director.plain()] if rng.random() < 0.5 else _others(director, action)
        return {"at": at, "do": kind, "actions": others}
    return {"at": at, "do": kind}


def _others(director: "Director", action: Action) -> list[dict[str, Any]]:
    """Let others work on the same contact; they may be done with it before the step goes on."""
    rng = director.rng
    contact = action.get("contact") or rng.choice(_looked_for(director) or director.contacts())
    correction = _correction(director, contact)
    another = director.call(director.choice(), director.council, contact)
    others = rng.choice(([correction], [correction], [correction, another], [another]))
    if action["do"] == "tend" and rng.random() < 0.4:
        process, _, number = action["at"].partition("#")
        other = f"{process}#{1 - int(number)}"
        if process == "intake":
            others = rng.choice((others, _news(director, other)))
        others += [{"do": "wait", "seconds": 5}, {"do": "tend", "at": other}]
    return others


def _correction(director: "Director", contact: str) -> dict[str, Any]:
    """Let somebody who has just read a contact correct what it says of a child."""
    rng, raws = director.rng, director.hub.collections["intake"].raws
    state = raws[contact]["state"] if contact in raws else {"facts": {}}
    council = state.get("council") or director.council
    correction = director.call(routes()[CORRECTION], council, contact)
    if children := state.get("facts", {}).get("children"):
        facts = child_facts(rng, rng.choice(CHILDREN))
        child = {"child_id": children[0]["child_id"]}
        body = {"why": "Learnt later.", "children": [child | {"facts": facts}]}
        manager = staff(council, Role.MASH_MANAGER)
        correction |= {"body": body, "expects": raws[contact]["version"]}
        correction |= {"person": [manager.id, council, [Role.MASH_MANAGER]]}
    return correction


def _news(director: "Director", name: str) -> list[dict[str, Any]]:
    """Let news of a case come, and reach the index."""
    said = director.outsiders.case_system(director.council)
    message = outgoing(said)
    place = f"{message.topic}/{partition_of(message)}"
    read = {"do": "pump", "at": name, "lane": "amber", "take": {place: 99}}
    return [{"do": "start", "at": name}, said, read]


def _looks(director: "Director", action: Action) -> bool:
    """Say whether a step looks contacts up in the index."""
    ours = action["do"] == "tend" and action["at"].startswith("intake")
    return ours and bool(_looked_for(director))


def _looked_for(director: "Director") -> list[str]:
    """Give the contacts that the case index is still to be asked about."""
    raws = director.hub.collections["intake"].raws
    return [
        id_ for id_ in director.contacts() if id_ in raws and raws[id_]["state"].get("look_wanted")
    ]
