"""What an agency's program is put through, and what of it is wrong, in words."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from agency_gateway.conformance.gateway import signed
from agency_gateway.conformance.hub import Asked, Hub, Play
from mash_shared.messages.agency_receipt import AgencyRecordReceipt
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.receipt_codes import CODES
from mash_shared.vocabulary import Lane

RIGHT = ("taken", "repeated")
ODD = (
    'Zoe\u0308 drew \U0001f469\u200d\U0001f467 \u2028 \u0633\u0627\u0631\u0629 "so" \\ it is said.'
)
BACKLOG = 100
"""How many requests wait at once."""
PATIENCE = 30.0
"""Seconds more that a program may take for all of these."""


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that the program is put through."""

    name: str
    what: str
    play: Play


def in_words(receipt: AgencyRecordReceipt) -> str:
    """Say what became of a record, why, and how that is mended."""
    said = f"a record of yours was {receipt.became.replace('_', ' ')}"
    if receipt.code is None:
        return f"{said}."
    where = f" at {receipt.pointer}" if receipt.pointer else ""
    return f"{said} ({receipt.code}{where}): {receipt.reason} {CODES[receipt.code].mend}"


def faults(asked: Asked, right: Sequence[str] = RIGHT) -> Iterator[str]:
    """Say what is wrong with the answers to one request so far."""
    yield from (in_words(one) for one in asked.heard if one.became not in right)
    if len(asked.reply_ids) > 1:
        yield (
            f"one request was answered under {len(asked.reply_ids)} reply ids: each but the first "
            "counts as a correction. Make reply_id from request_id."
        )


async def answered(hub: Hub, asked: Asked, *records: Outgoing) -> list[str]:
    """Write a request, wait for its answer, and say what is wrong with it."""
    await hub.write(*(records or (asked.record,)))
    if not await hub.answered(asked):
        return [f"no reply came within {hub.within:g} s to a request on {asked.record.topic}."]
    return list(faults(asked))


async def goes_on(hub: Hub, after: Asked) -> list[str]:
    """Ask once more of the same contact: whatever came before has been read by then."""
    one = await hub.ask(after.request.lane, contact=after.request.contact_id)
    return await answered(hub, one)


async def amber(hub: Hub) -> Sequence[str]:
    """Ask in the amber lane, in letters that are easily spoilt."""
    return await answered(hub, await hub.ask(concern=ODD))


async def red(hub: Hub) -> Sequence[str]:
    """Ask in the red lane."""
    return await answered(hub, await hub.ask(Lane.RED))


async def redelivered(hub: Hub) -> Sequence[str]:
    """Deliver one request twice."""
    asked = await hub.ask()
    wrong = await answered(hub, asked, asked.record, asked.record)
    wrong += await goes_on(hub, asked)
    return list(dict.fromkeys((*wrong, *faults(asked))))


async def unknown_field(hub: Hub) -> Sequence[str]:
    """Ask with a field that nobody knows yet, signed with it."""
    asked = await hub.ask()
    body = signed({**json.loads(asked.record.body or b""), "added_later": {"by": ["a", 1]}})
    await hub.note(asked, body["request_hash"])
    return await answered(hub, asked, replace(asked.record, body=json.dumps(body).encode()))


async def unknown_header(hub: Hub) -> Sequence[str]:
    """Ask with headers that nobody knows, one of them no text and one without a value."""
    asked = await hub.ask()
    odd = (("x-later", b"1"), ("x-binary", b"\xff\x00"), ("x-null", None))
    return await answered(hub, asked, replace(asked.record, headers=(*asked.record.headers, *odd)))


async def unreadable(hub: Hub) -> Sequence[str]:
    """Write what is no request before one that is."""
    asked = await hub.ask()
    record = asked.record
    bodies = (b"{this is not JSON", b"\xff\xfe", b"[]", b'{"request_id": 7}', None)
    spoilt = [
        replace(record, id=f"{record.id}-{number}", body=body) for number, body in enumerate(bodies)
    ]
    return await answered(hub, asked, *spoilt, record)


async def cancelled_before(hub: Hub) -> Sequence[str]:
    """Take a request back before it is written."""
    asked = await hub.ask()
    await hub.write(await hub.take_back(asked))
    await hub.write(asked.record)
    wrong = await goes_on(hub, asked)
    if asked.heard:
        wrong.append(
            "a request was answered whose cancellation stood on its topic before the request did: "
            "read cancellations to their end before you answer."
        )
    return wrong


async def cancelled_meanwhile(hub: Hub) -> Sequence[str]:
    """Take a request back as soon as it is written; an answer on its way is no fault."""
    asked = await hub.ask()
    await hub.write(asked.record)
    await hub.write(await hub.take_back(asked))
    wrong = await goes_on(hub, asked)
    return [*wrong, *faults(asked, (*RIGHT, "taken_back"))]


async def cancelled_after(hub: Hub) -> Sequence[str]:
    """Take a request back that has been answered; that wants nothing of the program."""
    asked = await hub.ask()
    wrong = await answered(hub, asked)
    await hub.write(await hub.take_back(asked))
    wrong += await goes_on(hub, asked)
    return list(dict.fromkeys((*wrong, *faults(asked))))


async def backlog(hub: Hub) -> Sequence[str]:
    """Let many requests wait at once, and ask in the red lane behind them."""
    many = [await hub.ask(patience=PATIENCE) for _ in range(BACKLOG)]
    await hub.write(*(one.record for one in many))
    wrong = await answered(hub, await hub.ask(Lane.RED))
    if not await hub.answered(*many, patience=PATIENCE):
        left = sum(not one.heard for one in many)
        wrong.append(f"{left} of {BACKLOG} requests that waited at once were not answered.")
    return list(dict.fromkeys((*wrong, *(fault for one in many for fault in faults(one)))))


async def nothing_unasked(hub: Hub) -> Sequence[str]:
    """Look at whatever came after its case, or belongs to none."""
    wrong = [in_words(one) for one in hub.strays]
    both = (*RIGHT, "taken_back")
    return list(dict.fromkeys((*wrong, *(f for one in hub.asked for f in faults(one, both)))))


CASES = tuple(
    Case(play.__name__.replace("_", " "), (play.__doc__ or "").strip(), play)
    for play in (
        amber,
        red,
        redelivered,
        unknown_field,
        unknown_header,
        unreadable,
        cancelled_before,
        cancelled_meanwhile,
        cancelled_after,
        backlog,
        nothing_unasked,
    )
)
