"""Families that come again: the prompt of the third referral, flags, and forms that follow."""

from datetime import timedelta
from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.domain.found import FlagKind, Found, RecordKind, Tie
from intake.domain.likeness import Certainty
from intake.domain.refusals import AlreadyDoneError
from intake.domain.search import flags_for, found_for, waves
from intake.forms.contact import JoinContact
from intake.forms.match import AnswerPrompt, DecideMatch
from intake.handlers import IntakeHandlers
from mash_shared.policy import Pack, PolicyPacks
from mash_shared.testing import NOW, acted, packs
from mash_shared.vocabulary import NotEntitledError, NotKnownError
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, RECORDER, Index, found, fresh, indexed, known

HOME = "4 Quarry Lane, Hornchurch"
CHILD = {"full_name": "Wren Okafor", "nhs_number": "9990000026"}
FAMILY = [
    {"address": HOME, "children": [{"full_name": f"{name} Fenwick-Adair"}]}
    for name in ("Tobias", "Wren", "Isolde", "Perran", "Orla")
]
ANSWER = AnswerPrompt(assess=True, reason="Three times in a month.")
SOMEBODY = {"full_name": "Jory Trevanion", "date_of_birth": "1980"}


def _earlier(id_: str, **changes: Any) -> Found:
    return found(record_id=id_, kind=RecordKind.CONTACT, status=None, **changes)


def _prompts(index: Index, *ids: str) -> dict[str, int]:
    prompts = {id_: index.contact(id_).matching.prompt for id_ in ids}
    return {id_: prompt.referrals for id_, prompt in prompts.items() if prompt}


def _contact(id_: str, **changes: Any) -> Contact:
    return fresh(id_=id_, **changes).aggregate


@pytest.mark.rule("E4")
@pytest.mark.parametrize("at_once", [False, True])
@pytest.mark.parametrize(
    "who", [[{"children": [CHILD]}] * 5, FAMILY], ids=["the same child", "the same family"]
)
async def test_the_third_referral_of_a_child_or_family_raises_one_prompt(
    who: list[dict[str, Any]], *, at_once: bool
) -> None:
    index = Index()
    ids = [f"c{number}" for number in range(len(who))]
    for id_, said in zip(ids, who, strict=True):
        index.record(id_, **said)
        if not at_once:
            await index.matcher().match([id_])
    await index.matcher().match(ids)
    assert _prompts(index, *ids) == {"c2": 3}
    assert [index.contact(id_).referrals for id_ in ids] == [1, 2, 3, 4, 5]


@pytest.mark.rule("E4")
def test_two_referrals_are_not_three_and_a_third_may_be_a_persons_verdict() -> None:
    desk = known(_earlier("a"), _earlier("b", certainty=Certainty.POSSIBLE))
    assert desk.aggregate.matching.prompt is None
    same = DecideMatch(record_id="b", same=True, reason="The mother says so.")
    desk.do(acted(H.decide_match, same, MANAGER))
    assert desk.aggregate.matching.prompt is None
    desk.do(indexed(_earlier("a"), _earlier("b", certainty=Certainty.POSSIBLE)))
    prompt = desk.aggregate.matching.prompt
    assert prompt is not None
    assert (prompt.raised_at, prompt.referrals) == (NOW, 3)


@pytest.mark.rule("E4")
def test_an_open_case_is_no_referral_and_a_prompt_elsewhere_is_not_repeated() -> None:
    assert known(_earlier("a"), found()).aggregate.matching.prompt is None
    prompted = known(_earlier("a"), _earlier("b"), _earlier("d", prompted=True))
    assert prompted.aggregate.matching.prompt is None


@pytest.mark.rule("E4", "X8")
@pytest.mark.parametrize(("window", "raised"), [(None, True), (11, False), (12, True)])
def test_how_far_back_referrals_count_is_the_councils_to_say(
    window: int | None, *, raised: bool
) -> None:
    havering = packs().of("havering")
    assert havering.routing.repeat_window_months is None
    routing = havering.routing.model_dump() | {"repeat_window_months": window}
    pack = Pack.model_validate(havering.model_dump() | {"routing": routing})
    handlers = IntakeHandlers(PolicyPacks({"havering": pack}))
    desk = fresh()
    received = desk.aggregate.received_at
    assert received is not None
    records = [
        _earlier("a", since=received - timedelta(days=365)),
        _earlier("b", since=received - timedelta(days=1)),
    ]
    desk.do(
        lambda contact: handlers.note_found(
            contact, number=contact.look_number, found=records, flags=(), at=NOW
        )
    )
    assert (desk.aggregate.matching.prompt is not None) is raised


@pytest.mark.rule("E4", "I9")
def test_the_answer_to_the_prompt_is_kept_with_its_reason() -> None:
    desk = known(_earlier("a"), _earlier("b"))
    with pytest.raises(NotEntitledError, match="answer a prompt"):
        desk.do(acted(H.answer_prompt, ANSWER, RECORDER))
    desk.do(acted(H.answer_prompt, ANSWER, MANAGER))
    prompt = desk.aggregate.matching.prompt
    assert prompt is not None
    assert prompt.answer is not None
    assert (prompt.answer.assess, prompt.answer.reason) == (True, ANSWER.reason)
    assert (prompt.answer.by, prompt.answer.at) == (MANAGER.id, NOW)
    with pytest.raises(AlreadyDoneError):
        desk.do(acted(H.answer_prompt, ANSWER, MANAGER))
    with pytest.raises(NotKnownError):
        known().do(acted(H.answer_prompt, ANSWER, MANAGER))


@pytest.mark.rule("E4")
def test_a_family_is_an_address_with_a_family_name() -> None:
    first = _contact("c1", address=HOME, children=[{"full_name": "Wren Okafor"}])
    same: dict[str, Any] = {"address": "4, quarry lane; Hornchurch", "children": [{}]}
    family = _contact("c2", household=[{"full_name": "Ada OKAFOR"}], **same)
    (match,) = found_for(family, (), [first])
    assert (match.record_id, match.kind, match.tie) == ("c1", RecordKind.CONTACT, Tie.FAMILY)
    assert (match.reasons, match.since) == (("address", "family_name"), first.received_at)
    other = _contact("c2", household=[{"full_name": "Jory Pen"}], **same)
    assert found_for(other, (), [first]) == ()
    moved = _contact("c2", address="9 Mill Walk", children=[{"full_name": "Ada Okafor"}])
    assert found_for(moved, (), [first]) == ()


@pytest.mark.rule("E4")
def test_only_contacts_recorded_before_count() -> None:
    one, two = _contact("c1", children=[CHILD]), _contact("c2", children=[CHILD])
    assert [match.record_id for match in found_for(two, (), [one, two])] == ["c1"]
    assert found_for(one, (), [one, two, Contact(id="c0")]) == ()
    assert found_for(Contact(id="c9"), (), [one]) == ()


@pytest.mark.rule("A9", "E4")
def test_a_contact_that_became_part_of_another_is_no_referral_of_its_own() -> None:
    desk = known(_earlier("c0", awaits_form=True), children=[CHILD])
    third = _contact("c2", children=[CHILD])
    assert len(found_for(third, (), [desk.aggregate])) == 1
    desk.do(acted(H.join_contact, JoinContact(earlier="c0"), RECORDER))
    assert found_for(third, (), [desk.aggregate]) == ()


@pytest.mark.rule("A9", "A10")
async def test_an_earlier_contact_that_awaits_its_form_is_named_until_somebody_says_no() -> None:
    index = Index()
    index.record("c1", children=[CHILD], written_part_follows=True)
    index.record("c2", NOW + timedelta(hours=1), children=[CHILD])
    await index.matcher().match(["c1", "c2"])
    assert index.contact("c2").matching.awaiting_form() == ("c1",)
    other = DecideMatch(record_id="c1", same=False, reason="Another child.")
    index.do("c2", acted(H.decide_match, other, MANAGER))
    assert index.contact("c2").matching.awaiting_form() == ()


@pytest.mark.rule("B10", "E4")
def test_the_same_perpetrator_or_address_is_flagged_for_other_families_only() -> None:
    said: dict[str, Any] = {"address": HOME, "alleged_perpetrators": [SOMEBODY, {}]}
    ours = _contact("c5", children=[CHILD], **said)
    own = _contact("c1", children=[CHILD], **said)
    theirs = _contact("c2", children=[{"full_name": "Perran Nance"}], **said)
    later = _contact("c9", children=[{"full_name": "Perran Nance"}], **said)
    stranger = _contact("c3", children=[{"full_name": "Isolde Rowe"}], address="9 Mill Walk")
    flags = flags_for(ours, [own, theirs, later, stranger])
    assert {flag.kind: flag.contact_ids for flag in flags} == {
        FlagKind.REPEAT_PERPETRATOR: ("c2",),
        FlagKind.REPEAT_ADDRESS: ("c2",),
    }
    assert flags_for(ours, [own, later, stranger]) == ()


@pytest.mark.rule("E4")
def test_contacts_that_may_be_about_the_same_people_are_looked_up_one_after_the_other() -> None:
    first, second = _contact("c1", children=[CHILD]), _contact("c2", children=[CHILD])
    namesake = _contact("c3", children=[{"full_name": "Wren Okafor"}])
    quoting = _contact("c4", children=[{}], reference=second.reference)
    placed = waves([quoting, namesake, second, first])
    assert [[one.id for one in wave] for wave in placed] == [["c1", "c3"], ["c2"], ["c4"]]
    assert waves([]) == []
    along_the_road = [
        _contact(f"c{house}", children=[{"full_name": "Wren Okafor"}], address=f"{house} Mill Walk")
        for house in (4, 9, 12)
    ]
    assert len(waves(along_the_road)) == 1


@pytest.mark.rule("E4", "A14", "M1")
def test_questions_and_requests_are_no_referrals() -> None:
    earlier = (_earlier("a", is_referral=False), _earlier("b", is_referral=False))
    contact = known(*earlier, _earlier("c")).aggregate
    assert contact.matching.prompt is None
    assert contact.referrals == 2
    asking_only = known(_earlier("a"), _earlier("b"), request_type="consultation").aggregate
    assert asking_only.matching.prompt is None


@pytest.mark.rule("E4")
def test_a_prompt_goes_again_with_the_match_it_came_from_unless_it_was_answered() -> None:
    no = acted(H.decide_match, DecideMatch(record_id="a", same=False, reason="No."), MANAGER)
    unanswered, answered = known(_earlier("a"), _earlier("b")), known(_earlier("a"), _earlier("b"))
    unanswered.do(no)
    unanswered.do(indexed(_earlier("a"), _earlier("b")))
    assert unanswered.aggregate.matching.prompt is None
    answered.do(acted(H.answer_prompt, ANSWER, MANAGER))
    answered.do(no)
    answered.do(indexed(_earlier("a"), _earlier("b")))
    assert answered.aggregate.matching.prompt is not None
    still = known(_earlier("a"), _earlier("b"))
    still.do(indexed(_earlier("a"), _earlier("b"), _earlier("c")))
    assert still.aggregate.matching.prompt is not None


@pytest.mark.rule("E4", "A9")
def test_a_form_that_joined_its_call_raises_no_prompt_of_its_own() -> None:
    desk = known(_earlier("a"), _earlier("b", awaits_form=True))
    desk.do(acted(H.join_contact, JoinContact(earlier="b"), RECORDER))
    assert desk.aggregate.matching.prompt is None


@pytest.mark.rule("E1", "E3")
async def test_a_crowd_of_namesakes_hides_neither_a_number_nor_a_case(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("intake.store.MOST_CANDIDATES", 3)
    index = Index()
    index.record("c0", children=[CHILD])
    for number in range(6):
        index.record(f"n{number}", children=[{"full_name": "Wren Okafor"}])
    index.record("c9", children=[CHILD])
    await index.matcher().match(["c9"])
    assert "c0" in index.contact("c9").matching.earlier(since=None)
