"""How a contact comes to a stage: what people and agencies do, each step behind the one before."""

from typing import Any

from changes.way import AGENCIES, COUNCIL, WORKER, At, Way
from mash_shared.testing import packs

GIVEN = {"status": "given", "given_by": "parent", "given_by_name": "Orla Fenwick"}
GIVEN |= {"consent_to_service": "yes"}
JUDGEMENT = {"outcome": "early_help", "rationale": "The family wants the help that it needs."}
GATE = {
    "reason_code": next(iter(packs().of(COUNCIL).gate.reasons)),
    "reason": "The school's account leaves open whether home is safe.",
    "coordinating_social_worker": WORKER,
}


def form(way: Way, **changes: Any) -> dict[str, Any]:
    """Give a contact of a teacher, about one child, who has no address to write to."""
    return {
        "channel": "phone",
        "urgency": "amber",
        "received_at": way.hub.now().isoformat(),
        "concern": "A pupil comes to school hungry and says that nobody is home at night.",
        "children": [
            {
                "full_name": "Tobias Fenwick-Adair",
                "date_of_birth": "2016-05-14",
                "nhs_number": "9990000018",
                "school_or_nursery": "Marlpit Lane Primary School",
            }
        ],
        "household": [{"full_name": "Marisol Fenwick", "relationship_to_child": "mother"}],
        "address": "3 Marlpit Lane, Romford",
        "referrer": {"kind": "professional", "full_name": "Imogen Saltmarsh"},
        "consent": GIVEN,
    } | changes


async def record(way: Way, **changes: Any) -> str:
    """Record a contact, and give its id."""
    shown = await way.done(
        "business_support_officer", "intake POST /contacts", form(way, **changes)
    )
    id_: str = shown.contact_id
    return id_


async def to(stage: At) -> Way:
    """Lead a new contact to a stage."""
    way = Way()
    way.contact = await record(way, written_part_follows=True)
    await way.on("social_worker", "allocation", {"social_worker": WORKER})
    for step in list(At)[1 : list(At).index(stage) + 1]:
        await _STEPS[step](way)
    return way


async def check(way: Way) -> None:
    """Have business support check who the children are."""
    await way.on("business_support_officer", "demographic-check", {"result": "confirmed"})


async def _ask(way: Way) -> None:
    await check(way)
    await way.on("mash_manager", "enquiry-authorisation", GATE)


async def _answer_in_part(way: Way) -> None:
    await way.answer(*AGENCIES[:2])


async def _answer_the_rest(way: Way) -> None:
    await way.answer(*AGENCIES)


async def decide(way: Way, child: str = "") -> None:
    """Have somebody recommend and somebody else decide."""
    for role, act in (("social_worker", "recommendation"), ("mash_manager", "outcome")):
        path = {"decision_id": child or way.child()}
        route = f"decision POST /decisions/{{decision_id}}/{act}"
        await way.done(role, route, JUDGEMENT, path=path)


async def _tell(way: Way) -> None:
    route = "notify POST /notices/{contact_id}/told-by-person"
    await way.done("mash_administrator", route, {"by": "telephone"})


async def _close(way: Way) -> None:
    await check(way)
    for task in way.state("intake")["tasks"]:
        if task["done"] is None:
            done = {"task_id": task["task_id"], "note": "Spoken to."}
            await way.on("social_worker", "task-completion", done)
    await way.on("social_worker", "completion", {})
    assert way.state("intake")["state"] == "closed"


_STEPS = {
    At.ASKED: _ask,
    At.PARTLY: _answer_in_part,
    At.COLLATED: _answer_the_rest,
    At.DECIDED: decide,
    At.TOLD: _tell,
    At.CLOSED: _close,
}
