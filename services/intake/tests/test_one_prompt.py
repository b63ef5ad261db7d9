"""One prompt for three referrals, whoever decides or joins what in which order (E4, N11)."""

from datetime import timedelta
from typing import Any

import pytest

from intake.domain.found import RecordKind
from intake.domain.likeness import Certainty
from intake.domain.queue import Queue
from intake.forms.contact import AmendContact, JoinContact
from intake.forms.gate import SendForDecision
from intake.forms.match import AnswerPrompt, DecideMatch
from mash_shared.testing import NOW, acted
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, RECORDER, Index, found, indexed, known

pytestmark = pytest.mark.rule("E4")
HOUR = timedelta(hours=1)
HOME = "4 Quarry Lane, Hornchurch"
CHILD = {"full_name": "Wren Okafor", "nhs_number": "9990000026"}
NAMED = {"full_name": "Wren Okafor", "date_of_birth": "2016-05-31"}
FORM: dict[str, Any] = {"children": [CHILD], "channel": "online_form"}


async def _recorded(index: Index, *ids: str, **said: Any) -> None:
    for id_ in ids:
        index.now += HOUR
        index.record(id_, index.now, **{"children": [CHILD]} | said)
        await index.matcher().match([id_])


async def _settled(index: Index) -> None:
    """Let the matcher catch up until it has nothing left to do."""
    for _ in range(6):
        index.now += HOUR
        await index.matcher().catch_up()


def _prompted(index: Index, *ids: str) -> list[str]:
    return [id_ for id_ in ids if index.contact(id_).matching.prompt is not None]


def _say(index: Index, id_: str, record: str, *, same: bool) -> None:
    form = DecideMatch(record_id=record, same=same, reason="The school says so.")
    index.do(id_, acted(H.decide_match, form, MANAGER, index.now))


@pytest.mark.rule("N11")
async def test_three_siblings_in_one_group_call_are_one_referral() -> None:
    index = Index()
    names = ("Wren", "Isolde", "Perran")
    for name in names:
        sibling = [{"full_name": f"{name} Okafor"}]
        await _recorded(index, name, children=sibling, address=HOME, group_id="g1")
    assert _prompted(index, *names) == []
    assert [index.contact(name).referrals for name in names] == [1, 1, 1]
    await _recorded(index, "c4", "c5", children=[{"full_name": "Wren Okafor"}], address=HOME)
    assert index.contact("c5").referrals == 3
    assert _prompted(index, *names, "c4", "c5") == ["c5"]


async def test_a_join_counts_once_and_the_next_referral_raises_the_prompt_it_took_back() -> None:
    index = Index()
    await _recorded(index, "c1")
    await _recorded(index, "c2", written_part_follows=True)
    await _recorded(index, "c3", channel="online_form")
    await _recorded(index, "c4")
    assert _prompted(index, "c1", "c2", "c3", "c4") == ["c3"]
    index.do("c3", acted(H.join_contact, JoinContact(earlier="c2"), RECORDER, index.now))
    await _settled(index)
    assert _prompted(index, "c1", "c2", "c3", "c4") == ["c4"]


async def test_a_verdict_raises_the_prompt_that_was_missing_and_no_second_one() -> None:
    index = Index()
    ids = ("c1", "c2", "c3", "c4")
    await _recorded(index, *ids, children=[NAMED])
    assert _prompted(index, *ids) == []
    for other in ("c1", "c2"):
        _say(index, "c4", other, same=True)
    await _settled(index)
    assert _prompted(index, *ids) == ["c4"]
    for other in ("c1", "c2"):
        _say(index, "c3", other, same=True)
    _say(index, "c4", "c3", same=True)
    await _settled(index)
    assert len(_prompted(index, *ids)) == 1


async def test_a_prompt_of_a_later_contact_is_not_repeated_by_an_earlier_one() -> None:
    index, ids = Index(), ("c1", "c2", "c3", "c4")
    await _recorded(index, "c1", "c2")
    maybe = {"full_name": "Wren Okafor", "nhs_number": None}
    await _recorded(index, "c3", children=[maybe])
    await _recorded(index, "c4")
    assert _prompted(index, *ids) == ["c4"]
    child = {"child_id": "c3-1", "facts": {"nhs_number": CHILD["nhs_number"]}}
    form = AmendContact.model_validate({"why": "Now known.", "children": [child]})
    index.do("c3", acted(H.amend_contact, form, RECORDER, index.now))
    await _settled(index)
    assert index.contact("c3").referrals == 3
    assert len(_prompted(index, *ids)) == 1


async def test_an_answered_prompt_stays_whatever_the_matcher_finds_later() -> None:
    index = Index()
    await _recorded(index, "c1", "c2", "c3")
    answer = AnswerPrompt(assess=False, reason="It is being done.")
    index.do("c3", acted(H.answer_prompt, answer, MANAGER, index.now))
    _say(index, "c3", "c1", same=False)
    await _settled(index)
    assert _prompted(index, "c3") == ["c3"]


async def test_referrals_without_an_address_ask_for_verdicts_whatever_way_they_went() -> None:
    index, ids = Index(), ("c1", "c2", "c3", "c4", "c5")
    await _recorded(index, *ids, children=[NAMED])
    sent = SendForDecision(reason="All is known.")
    index.check("c5")
    index.do("c5", acted(H.send_for_decision, sent, MANAGER, index.now))
    for id_ in ("c3", "c4", "c5"):
        assert Queue.MATCHES in index.contact(id_).waiting
    assert index.contact("c5").matching.verdicts_wanted
    for other in ("c1", "c2"):
        _say(index, "c5", other, same=True)
    await _settled(index)
    assert _prompted(index, *ids) == ["c5"]
    assert not index.contact("c5").matching.verdicts_wanted
    assert not index.contact("c2").matching.verdicts_wanted


def test_a_settled_contact_whose_matches_the_prompt_hangs_on_stays_in_the_queue() -> None:
    maybe: dict[str, Any] = {
        "kind": RecordKind.CONTACT, "status": None, "certainty": Certainty.POSSIBLE,
        "reasons": ("name",),
    }  # fmt: skip
    ended = known(found(record_id="a", **maybe), found(record_id="b", **maybe), id_="c9")
    form = JoinContact.model_validate({"earlier": "a"})
    waits = found(record_id="a", awaits_form=True, **maybe)
    ended.do(indexed(waits, found(record_id="b", **maybe)))
    ended.do(acted(H.join_contact, form, MANAGER, NOW))
    assert Queue.MATCHES in ended.aggregate.waiting
