"""What becomes of one child or family, sent twice: once is enough, and twice is no more."""

import pytest

from intake.domain.contact import Contact
from intake.forms.children import SayOneFamily, StrikeChild
from mash_shared.messages import contact as c
from mash_shared.messages.contact import ContactSplit
from mash_shared.testing import Desk, acted, heard, sample, send_twice
from support.front_door import HANDLERS as H
from support.front_door import MANAGER
from support.siblings import APART, siblings


@pytest.mark.rule("N11")
def test_strike_child_twice_strikes_once() -> None:
    form = StrikeChild(child_id="c1-2", reason="A friend, not a sibling.")
    said = send_twice(siblings(), acted(H.strike_child, form, MANAGER))
    assert list(map(type, said)) == [c.ContactRecorded]


@pytest.mark.rule("N11")
def test_say_one_family_twice_says_it_once() -> None:
    desk = siblings()
    send_twice(desk, acted(H.say_one_family, SayOneFamily(reason="Brothers."), MANAGER))
    assert len(desk.aggregate.one_family) == 1


@pytest.mark.rule("N11")
def test_split_contact_twice_splits_once() -> None:
    said = send_twice(siblings(), acted(H.split_contact, APART, MANAGER))
    assert list(map(type, said)) == [c.ContactSplit, c.ContactRecorded]


@pytest.mark.rule("N11")
def test_open_split_twice_opens_one_contact() -> None:
    split = sample(ContactSplit)
    said = send_twice(Desk(Contact, split.contact_id), heard(H.open_split, split))
    assert list(map(type, said)).count(c.ContactRecorded) == 1
