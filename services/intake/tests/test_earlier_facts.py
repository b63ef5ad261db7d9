"""Facts before a correction: a line for ever, the facts themselves while there is room."""

from dataclasses import asdict

import bson
import pytest

from intake.domain.contact import Contact
from intake.domain.facts import Facts, KnownChild
from intake.domain.progress import EARLIER_ROOM, EarlierFacts, kept_in_room
from mash_shared.keeping import hash_of, size_of
from mash_shared.plumbing.bounds import LARGEST
from mash_shared.testing import NOW, MemoryStore

LARGE = "x" * 20_000


def _facts(nth: int) -> Facts:
    children = tuple(
        KnownChild(child_id=f"c1-{n}", whereabouts=LARGE, special_needs=LARGE) for n in range(20)
    )
    return Facts(concern=f"The {nth}th telling.", children=children)


def _amended(often: int) -> Contact:
    contact = Contact(id="c1", facts=_facts(0), received_at=NOW)
    contact.begin_ways()
    for nth in range(1, often + 1):
        why = f"For the {nth}th time."
        contact.amend(_facts(nth), contact.standing, by="staff-1", at=NOW, why=why)
    return contact


def _tellings(contact: Contact) -> list[str]:
    return [line.facts.concern for line in contact.superseded if line.facts]


def test_first_and_newest_facts_stay_whole_and_a_line_of_every_correction() -> None:
    contact = _amended(40)
    size = size_of(asdict(_facts(1)))
    fit = EARLIER_ROOM // size
    newest = [f"The {nth}th telling." for nth in range(40 - fit, 40)]
    assert _tellings(contact) == ["The 0th telling.", *newest]
    assert contact.facts == _facts(40)
    for nth, line in enumerate(contact.superseded):
        assert line.facts_hash == hash_of(asdict(_facts(nth)))
        assert line.size == size_of(asdict(_facts(nth)))
        assert (line.by, line.until, line.why) == ("staff-1", NOW, f"For the {nth + 1}th time.")


def test_a_contact_that_is_corrected_for_ever_has_room_for_everything_else() -> None:
    contact = _amended(100)
    state = MemoryStore(Contact).state(contact)
    assert len(bson.encode(state)) < LARGEST / 2


@pytest.mark.parametrize("often", [0, 1, 4])
def test_a_few_corrections_lose_nothing(often: int) -> None:
    contact = _amended(often)
    assert _tellings(contact) == [f"The {nth}th telling." for nth in range(often)]


def test_nothing_earlier_needs_no_room() -> None:
    assert kept_in_room([]) == []
    line = EarlierFacts.of(Facts(), None, until=NOW, by="staff-1", why="It was misheard.")
    assert kept_in_room([line]) == [line]
