"""What may change on a contact's way: people's acts, news of the case system, what agencies add."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from changes.stages import GIVEN, check, record
from changes.way import COUNCIL, OTHER_WORKER, WORKER, Way
from simulation.stage import Stage

Change = Callable[[Way], Awaitable[Any]]


async def level_raised(way: Way) -> None:
    await _done(way.correct("social_worker", urgency="red"))


async def level_lowered(way: Way) -> None:
    await _done(way.correct("mash_manager", urgency="amber"))


async def receipt_earlier(way: Way) -> None:
    earlier = way.hub.now() - timedelta(hours=2)
    await _done(way.correct("social_worker", received_at=earlier.isoformat()))


async def school_corrected(way: Way) -> None:
    await _done(_child(way, {"school_or_nursery": "Tannery Court Academy"}))


async def concern_corrected(way: Way) -> None:
    await _done(way.correct("social_worker", concern="She says that the night was not alone."))


async def referrer_corrected(way: Way) -> None:
    await _done(way.correct("social_worker", referrer={"telephone": "020 7946 0123"}))


async def consent_lost(way: Way) -> None:
    await way.on("mash_manager", "consent-withdrawal", {"note": "The mother rang."})


async def consent_given_again(way: Way) -> None:
    await way.on("mash_manager", "consent", {"consent": GIVEN})


async def consent_overridden(way: Way) -> None:
    words = {"ground": "significant_harm_public_interest", "rationale": "She fears for his life."}
    await way.on(
        "mash_manager", "consent-override", words | {"evidence": "The school's photographs."}
    )


async def case_opened(way: Way) -> None:
    await _case(way, "open")


async def case_closed(way: Way) -> None:
    await _case(way, "closed", closed_at=way.hub.now().isoformat())


async def form_joined(way: Way) -> None:
    other = await record(way, channel="online_form", concern="He was seen alone at two o'clock.")
    body = {"earlier": way.contact}
    await way.done(
        "social_worker", "intake POST /contacts/{contact_id}/joining", body, contact=other
    )


async def child_added(way: Way) -> None:
    """Have a sister named, of whom nobody knew."""
    sister = {"full_name": "Orla Fenwick-Adair", "date_of_birth": "2019-11-02"}
    await _done(way.correct("social_worker", children=[{"facts": sister}]))
    await check(way)


async def child_struck(way: Way) -> None:
    """Say that the sister was recorded by mistake."""
    body = {"child_id": way.child(2), "reason": "She is a cousin who lives in another borough."}
    await way.on("mash_manager", "child-strike", body)


async def coordinator_changed(way: Way) -> None:
    """Have somebody else put the replies together."""
    body = {"coordinating_social_worker": OTHER_WORKER, "reason": "The first one is on leave."}
    await way.act("mash_manager", "intake POST /contacts/{contact_id}/coordinator", body)


async def worker_changed(way: Way) -> None:
    body = {"social_worker": OTHER_WORKER, "instead_of": WORKER}
    await way.on("mash_manager", "allocation", body)


async def answered_again(way: Way) -> None:
    if way.asked("police"):
        await way.answer_again("police")


async def _child(way: Way, facts: Mapping[str, Any]) -> Any:
    return await way.correct("social_worker", children=[{"child_id": way.child(), "facts": facts}])


async def _done(correction: Awaitable[Any]) -> None:
    result = await correction
    assert result.outcome == "done", result


async def _case(way: Way, status: str, **more: Any) -> None:
    way.keys += 1
    body = {
        "contact_id": "LCS-1", "council": COUNCIL, "urgency": "amber",
        "occurred_at": way.hub.now().isoformat(), "status": status, "worker": WORKER,
        "team": "Assessment team 2", "full_name": "Tobias Fenwick-Adair",
        "date_of_birth_in_part": "2016-05-14", "nhs_number": "9990000018",
    } | more  # fmt: skip
    said = {
        "do": "say", "message": "CaseStatusChanged", "to": "", "lane": "amber",
        "source": "/case-system", "key": "LCS-1", "id": f"case-{way.keys}", "body": body,
    }  # fmt: skip
    await Stage(way.hub).perform(said)
