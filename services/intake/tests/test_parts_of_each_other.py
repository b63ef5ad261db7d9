"""Contacts that became part of each other: nothing goes round without end, and nobody is lost."""

import pytest

from intake.domain.ending import Ended, Ending
from intake.domain.joined import tell_alleged
from intake.handlers.joining import NEITHER
from mash_shared.act import Act
from mash_shared.messages.contact import ContactJoined
from mash_shared.testing import NOW, heard
from mash_shared.vocabulary import ClockState
from support.front_door import HANDLERS as H
from support.front_door import RECORDER, recorded
from support.two_parts import TOBIAS, joined

pytestmark = pytest.mark.rule("A9", "A10")


@pytest.mark.parametrize(
    ("part_of", "id_", "handed_on", "asked"),
    [("c9", "c0", [], 1), ("c9", "cx", [], 0), ("c8", "c0", ["c8"], 0)],
)
def test_of_two_that_were_joined_to_each_other_one_asks_somebody_and_none_says_it_back(
    part_of: str, id_: str, handed_on: list[str], asked: int
) -> None:
    contact = recorded(id_=id_, written_part_follows=True, children=[TOBIAS]).aggregate
    contact.ending = Ending(ended_as=Ended.JOINED, by="p-1", at=NOW, to=part_of)
    said = heard(H.take_in_joined, joined(id_))(contact)
    assert [one.contact_id for one in said if isinstance(one, ContactJoined)] == handed_on
    tasks = [task for task in contact.tasks if task.what == NEITHER.format("c9")]
    assert len(tasks) == asked
    clocks = {clock.of for clock in contact.clocks if clock.state is ClockState.OPEN}
    assert {task.task_id for task in tasks} <= clocks


@pytest.mark.rule("D4")
def test_contacts_that_are_part_of_each_other_in_a_circle_stop_telling_each_other() -> None:
    contacts = {id_: recorded(id_=id_, children=[TOBIAS]).aggregate for id_ in ("c1", "c2", "c3")}
    for one, other in (("c1", "c2"), ("c2", "c3"), ("c3", "c1")):
        contacts[one].alleged_contacts = {"a": other}
    told = list(tell_alleged(contacts["c1"], Act(person=RECORDER, at=NOW)))
    for _ in range(20):
        heard_by = [(contacts[m.contact_id], m) for m in told]
        said = (m for contact, m in heard_by for m in heard(H.take_in_joined, m)(contact))
        told = [m for m in said if isinstance(m, ContactJoined)]
    assert told == []
    assert all(len(one.heard_from) == 2 for one in contacts.values())
