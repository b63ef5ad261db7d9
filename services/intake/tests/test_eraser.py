"""The eraser destroys keys that nobody needs any more, and no other (S18)."""

from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from intake.domain.contact import Contact
from intake.domain.erasure import keepers
from intake.eraser import Eraser
from intake.handlers import IntakeHandlers
from mash_shared.plumbing.outages import Outages
from mash_shared.plumbing.telling import Teller
from mash_shared.testing import NOW, Desk, MemoryOutbox, MemoryStore, memory_work, packs
from support.retention import closed, erased, forgotten

pytestmark = pytest.mark.rule("S18")
KEY = "contact/c1"


@dataclass
class Keys:
    destroyed: list[str] = field(default_factory=list)

    async def destroy(self, names: list[str]) -> None:
        self.destroyed += names


def _eraser(store: MemoryStore[Contact]) -> tuple[Eraser, Keys]:
    keys, outbox = Keys(), cast("Any", MemoryOutbox())
    teller = Teller(
        name="eraser", work=memory_work(store, "intake"), outbox=outbox, now=lambda: NOW,
        though_erased=True,
    )  # fmt: skip
    eraser = Eraser(
        handlers=IntakeHandlers(packs()), store=store, teller=teller, keys=cast("Any", keys),
        now=lambda: NOW, outages=Outages(),
    )  # fmt: skip
    return eraser, keys


async def test_a_key_goes_when_all_have_forgotten_and_is_destroyed_again_after_a_restore() -> None:
    desk: Desk[Contact] = erased()
    eraser, keys = _eraser(desk.store)
    for process in keepers(packs()):
        await eraser.erase()
        assert keys.destroyed == []
        desk.do(forgotten(process))
    await eraser.destroy_again()
    assert keys.destroyed == []
    await eraser.erase()
    await eraser.erase()
    assert keys.destroyed == [KEY]
    assert desk.aggregate.key_destroyed
    await eraser.destroy_again()
    assert keys.destroyed == [KEY, KEY]


async def test_the_key_of_a_contact_that_nobody_erased_stays() -> None:
    eraser, keys = _eraser(closed().store)
    await eraser.erase()
    await eraser.destroy_again()
    assert keys.destroyed == []
