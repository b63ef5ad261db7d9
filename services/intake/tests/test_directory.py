"""How the council's directory is asked, and that nobody is told what was asked before them."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from intake.directory import StaffDesk
from mash_shared.act import Person
from mash_shared.testing import person
from mash_shared.vocabulary import Role
from support.in_process import Face, face

SHE = person(Role.SOCIAL_WORKER, id="sw-she")
HE = person(Role.MASH_MANAGER, id="mm-he")


@pytest.fixture
def intake(tmp_path: Path) -> Face:
    return face("intake", tmp_path)


class Asked:
    """Counts the questions that reach the database."""

    def __init__(self, store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.often, self._find = 0, store.collection.find
        self.on_its_way = asyncio.Event()
        monkeypatch.setattr(store.collection, "find", self._counted)

    def _counted(self, *query: Any) -> Any:
        self.often += 1
        self.on_its_way.set()
        return self._find(*query)


async def _told(desk: StaffDesk, *people: Person) -> set[str]:
    return {*await desk.members("havering", [one.id for one in people])}


async def test_all_who_ask_at_one_moment_share_a_look_up_and_each_hears_of_theirs(
    intake: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake.employ(SHE, HE)
    asked, desk = Asked(intake.store, monkeypatch), StaffDesk(intake.store)
    told = await asyncio.gather(_told(desk, SHE), _told(desk, HE), _told(desk, SHE, HE))
    assert told == [{SHE.id}, {HE.id}, {SHE.id, HE.id}]
    assert asked.often == 1


async def test_who_asks_later_asks_anew(intake: Face) -> None:
    desk = StaffDesk(intake.store)
    assert await _told(desk, SHE) == set()
    intake.employ(SHE)
    assert await _told(desk, SHE) == {SHE.id}


async def test_who_asks_while_a_look_up_is_on_its_way_asks_anew(
    intake: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, desk = Asked(intake.store, monkeypatch), StaffDesk(intake.store)
    first = asyncio.create_task(_told(desk, SHE))
    await asked.on_its_way.wait()
    await asyncio.gather(first, _told(desk, SHE))
    assert asked.often == 2


async def test_whoever_gives_up_takes_the_answer_from_nobody_else(intake: Face) -> None:
    intake.employ(SHE)
    desk = StaffDesk(intake.store)
    gives_up, stays = (asyncio.create_task(_told(desk, SHE)) for _ in range(2))
    await asyncio.sleep(0)
    gives_up.cancel()
    assert await stays == {SHE.id}
