"""A child whose name is written in another way in each of two contacts that are one (A9, A10)."""

import pytest

from intake.domain.refusals import UnknownChildError
from mash_shared.messages.contact import ContactJoined
from mash_shared.testing import heard
from mash_shared.vocabulary import NotEntitledError
from support.front_door import HANDLERS as H
from support.front_door import RECORDER, SOCIAL_WORKER, known, recorded
from support.two_parts import BORN, FORM, TOBIAS, WREN, call, join, telephoned

pytestmark = pytest.mark.rule("A9", "A10")
SPELT = {"full_name": "Tobyas Fenwick-Adair", "date_of_birth": BORN}


def test_who_sorts_contacts_says_which_child_goes_by_another_name_there() -> None:
    apart, one = telephoned(), telephoned()
    for desk, same in ((apart, {}), (one, {"c9-1": "c0-1"})):
        form = known(call(), id_="c9", **FORM | {"children": [SPELT, WREN]})
        said = join(form, SOCIAL_WORKER, same_children=same)
        (joins,) = (m for m in said if isinstance(m, ContactJoined))
        desk.do(heard(H.take_in_joined, joins))
    names = [child.full_name for child in one.aggregate.children]
    assert names == [TOBIAS["full_name"], WREN["full_name"]]
    assert one.aggregate.children[0].date_of_birth == BORN
    assert one.aggregate.facts.circumstances.young_carer is not None
    assert len(apart.aggregate.children) == 3


def test_a_child_who_is_named_as_another_is_not_taken_for_a_third() -> None:
    desk = recorded(id_="c0", written_part_follows=True, children=[TOBIAS, {}])
    form = known(call(), id_="c9", **FORM | {"children": [TOBIAS, SPELT]})
    said = join(form, SOCIAL_WORKER, same_children={"c9-2": "c0-1"})
    desk.do(heard(H.take_in_joined, next(m for m in said if isinstance(m, ContactJoined))))
    names = [child.full_name for child in desk.aggregate.children]
    assert names == [TOBIAS["full_name"], TOBIAS["full_name"]]


@pytest.mark.parametrize(
    "same", [{"c9-7": "c0-1"}, {"c9-1": "c0-1", "c9-2": "c0-1"}, {"c9-1": "c1-1"}]
)
def test_nobody_is_the_same_who_is_not_there(same: dict[str, str]) -> None:
    form = known(call(), id_="c9", **FORM)
    with pytest.raises(UnknownChildError):
        join(form, SOCIAL_WORKER, same_children=same)
    with pytest.raises(NotEntitledError):
        join(form, RECORDER, same_children={"c9-1": "c0-1"})
