"""Reading everything again from the first record on: nothing outside may come of it (I16)."""

import asyncio
from collections.abc import Iterator
from typing import Any

from simulation.hub import Hub


async def replay(hub: Hub) -> list[str]:
    """Put every group back to the beginning, let all be read, and say what came of it."""
    before = _effects(hub)
    hub.log.committed.clear()
    for name in list(hub.copies):
        hub.bring_up(name)
    await hub.drain()
    await asyncio.sleep(0)
    return list(_differences(before, _effects(hub)))


def _effects(hub: Hub) -> dict[str, Any]:
    """Give what people, agencies and services notice; not what became of a record that is read.

    Read again after a clock was wrong, a record that was taken is told to be a repeat.
    """
    said = {
        (record.topic, dict(record.headers).get("ce_id"))
        for record in hub.log.appended
        if not record.topic.startswith("dead-letter.") and ".record-receipt." not in record.topic
    }
    states = {
        f"{process} {id_}": (raw["version"], raw["state"])
        for process, kept in hub.collections.items()
        for id_, raw in kept.raws.items()
    }
    return {"mails": len(hub.relay.mails), "said": said, "states": states}


def _differences(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    if after["mails"] != before["mails"]:
        yield f"I16 a replay sent {after['mails'] - before['mails']} mails"
    for topic, _ in sorted(after["said"] - before["said"], key=str):
        yield f"I16 a replay said something new on {topic}"
    for document, state in after["states"].items():
        if state != before["states"].get(document):
            yield f"I16 a replay changed {document}"
