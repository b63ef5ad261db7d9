"""While no key can be got nothing is lost, parked or overwritten, and readiness says so."""

from typing import Any

import pytest

from mash_shared.sealing.keys import KeysAwayError
from toy.domain import noted
from toy.hub import Toy, until

pytestmark = pytest.mark.engines


class _Away:
    """A service of keys that cannot be reached."""

    async def councils(self) -> frozenset[str]:
        return frozenset({"toytown"})

    async def wrap(self, *_: Any) -> bytes:
        raise KeysAwayError

    async def unwrap(self, *_: Any) -> bytes:
        raise KeysAwayError


@pytest.mark.rule("S7")
async def test_a_message_waits_for_the_keys_and_is_then_taken(toy: Toy) -> None:
    async with toy.running() as process:
        await toy.say(noted(toy.tag, f"before-{toy.tag}", "known"))
        await toy.all_heard()
        assert (await process._ready())["keys"]
        ring = process._ring
        ring._service, reachable = _Away(), ring._service
        await toy.say(noted(toy.tag, f"new-{toy.tag}", "waits"))
        await until(lambda: process._unit.outages.is_out, "outage")
        ready = await process._ready()
        assert not ready["keys"]
        assert not ready["no_outage"]
        assert ready["database"]
        assert not await toy.heard()
        assert await toy.sheet(f"new-{toy.tag}") == {}
        ring._service = reachable
        await toy.all_heard()
        assert (await process._ready())["keys"]
    assert await toy.lines(f"new-{toy.tag}") == ["waits"]
    assert await toy.lines(f"before-{toy.tag}") == ["known"]
    assert await toy.read(toy.parked) == []
