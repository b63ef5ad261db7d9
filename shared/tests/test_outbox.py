"""What a document holds is published: again under the same name, in order, and struck out."""

from datetime import timedelta

import pytest

from mash_shared.plumbing.outbox import RELAY_AFTER
from mash_shared.plumbing.times import wall_clock
from toy.domain import noted
from toy.hub import Toy, headers_of, until
from toy.workshop import arrival, workshop

pytestmark = pytest.mark.engines


async def test_a_redelivered_record_publishes_again_under_the_same_ids_and_bytes(toy: Toy) -> None:
    message = noted(toy.tag, "s", "once")
    (id_,) = await toy.say(message)
    async with workshop(toy) as crashed:  # it wrote, and died before it published
        await crashed.work.run([arrival(message, id_=id_)])
    (kept,) = (await toy.sheet("s"))["outgoing"]
    sealed = await toy.sheets.find_one({"_id": "s"}) or {}
    assert await toy.read(toy.counted) == []

    async with toy.running():
        await toy.all_heard()
    async with workshop(toy) as other:  # nor does it know what was confirmed
        await toy.sheets.update_one({"_id": "s"}, {"$set": {"outgoing": sealed["outgoing"]}})
        batch = await other.work.run([arrival(message, id_=id_)])
        await other.outbox.publish(batch.parcels, by="message")
        await other.outbox.publish(batch.parcels, by="message")
    first, second = await toy.read(toy.counted)

    assert await toy.lines("s") == ["once"]
    assert first.value == second.value == kept["body"]
    assert first.headers == second.headers == tuple(kept["headers"].items())
    assert first.key == second.key == b"contact-of-s"


async def test_a_handler_that_runs_again_says_the_same_under_the_same_name(toy: Toy) -> None:
    message = noted(toy.tag, "s", "once")
    async with workshop(toy) as ours:
        await ours.work.run([arrival(message, id_="cause")])
        (first,) = (await toy.sheet("s"))["outgoing"]
        await toy.sheets.delete_one({"_id": "s"})
        await ours.work.run([arrival(message, id_="cause")])
        (second,) = (await toy.sheet("s"))["outgoing"]
    assert (first["id"], first["body"]) == (second["id"], second["body"])


async def test_what_is_confirmed_is_struck_out_but_never_what_was_written_since(toy: Toy) -> None:
    async with workshop(toy) as ours, workshop(toy) as theirs:
        batch = await ours.work.run([arrival(noted(toy.tag, name)) for name in ("s", "later")])
        await ours.outbox.publish(batch.parcels, by="message")
        await theirs.work.run([arrival(noted(toy.tag, "later"))])
        await ours.outbox.strike()

    struck, later = await toy.sheet("s"), await toy.sheet("later")
    assert struck["outgoing"] == []
    assert "unsent_since" not in struck
    assert len(later["outgoing"]) == 2
    assert later["unsent_since"]


async def test_the_next_write_drops_what_was_confirmed(toy: Toy) -> None:
    async with workshop(toy) as ours:
        batch = await ours.work.run([arrival(noted(toy.tag, "s"))])
        await ours.outbox.publish(batch.parcels, by="message")
        await ours.work.run([arrival(noted(toy.tag, "s"))])
    (kept,) = (await toy.sheet("s"))["outgoing"]
    assert b'"number":2' in kept["body"]


async def test_the_relay_sends_what_a_crash_left_and_leaves_the_young_alone(toy: Toy) -> None:
    async with workshop(toy) as crashed:
        await crashed.work.run([arrival(noted(toy.tag, "s"))])
        await crashed.outbox.relay()
        assert await toy.read(toy.counted) == []

    def later() -> object:
        return wall_clock() + RELAY_AFTER + timedelta(seconds=1)

    async with workshop(toy, wall=later) as ours:  # type: ignore[arg-type]
        await ours.outbox.relay()
        await ours.outbox.relay()
        assert len(await toy.read(toy.counted)) == 1
        await ours.outbox.strike()
    assert (await toy.sheet("s"))["outgoing"] == []


async def test_messages_of_one_key_leave_a_batch_in_order(toy: Toy) -> None:
    sheets = [f"s{n % 7}" for n in range(140)]
    await toy.say(*(noted(toy.tag, sheet, str(n)) for n, sheet in enumerate(sheets)))
    async with toy.running():
        await toy.all_heard()
        await until(nothing_unsent(toy), "empty outbox")
    said: dict[str, list[str]] = {}
    for record in await toy.read(toy.counted):
        said.setdefault(headers_of(record)["ce_subject"], []).append(record.value.decode())
    for n in range(7):
        numbers = [text.split('"number":')[1].split(",")[0] for text in said[f"contact-of-s{n}"]]
        assert numbers == [str(number) for number in range(1, 21)]
        assert await toy.lines(f"s{n}") == [str(n + 7 * row) for row in range(20)]


def nothing_unsent(toy: Toy):  # noqa: ANN201 - what `until` asks again and again
    async def asked() -> bool:
        held = {"$or": [{"outgoing": {"$ne": []}}, {"unsent_since": {"$exists": True}}]}
        return await toy.sheets.count_documents(held) == 0

    return asked
