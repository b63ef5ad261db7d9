"""Harm to a group over HTTP: one context, a contact for each child, no family's facts elsewhere."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from mash_shared.plumbing.acts import HubUnavailableError
from mash_shared.plumbing.arrival import Arrival, Settled
from mash_shared.testing import person
from mash_shared.vocabulary import Role
from support.front_door import MANAGER
from support.in_process import Face, face

CONTEXT = "Three pupils are approached at the same bus stop."
OTTILIE = {
    "child": {"full_name": "Ottilie Marchbanks", "date_of_birth": "2012-06-30"},
    "concern": "She has a second telephone.",
    "address": "Flat 7, 220 Specimen Road",
    "household": [{"full_name": "Leander Marchbanks"}],
    "alleged_perpetrators": [{"full_name": "Corwin Hale-Strand"}],
    "consent": {"status": "given", "given_by": "parent", "given_by_name": "Beatrix Marchbanks"},
    "referrer_knowledge": "I have taught Ottilie for three years.",
    "referrer_relationship": "her form tutor",
}
CASPER = {
    "child": {"full_name": "Casper Lindqvist-Moor", "special_needs": "Signs."},
    "concern": "He carries parcels.",
    "alleged_to_harm": True,
    "parents_aware": "yes",
    "circumstances": {"young_carer": {"cared_for": "his grandfather"}},
    "consent": {"status": "not_possible"},
}
WHY = {"reason_code": "request_to_the_hub"}
GROUP = {
    "channel": "phone",
    "urgency": "red",
    "received_at": "2026-03-11T09:20:00Z",
    "context": CONTEXT,
    "children": [OTTILIE, CASPER],
    "referrer": {"kind": "professional", "organisation": "Marlpit Lane School"},
}


@pytest.fixture
def intake(tmp_path: Path) -> Face:
    return face("intake", tmp_path)


async def _record(intake: Face, body: Any = None, key: str = "group-call-0001") -> Any:
    async with intake.client(MANAGER) as client:
        headers = {"idempotency-key": key}
        return await client.post("/group-contacts", json=body or GROUP, headers=headers)


def _leaves(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set().union(*map(_leaves, value.values()))
    if isinstance(value, list):
        return set().union(*map(_leaves, value))
    return {value} if isinstance(value, str) else set()


@pytest.mark.rule("N9", "N11")
async def test_each_child_of_a_group_has_a_contact_and_all_share_group_and_context(
    intake: Face,
) -> None:
    answer = await _record(intake)
    assert answer.status_code == 201
    contacts = answer.json()
    assert [one["children"][0]["full_name"] for one in contacts] == [
        "Ottilie Marchbanks",
        "Casper Lindqvist-Moor",
    ]
    assert all(len(one["children"]) == 1 for one in contacts)
    assert len({one["contact_id"] for one in contacts}) == len(intake.store.raws) == 2
    assert len({one["group_id"] for one in contacts}) == 1
    for one in contacts:
        assert one["group_id"]
        assert one["circumstances"]["extra_familial_harm"] == {"context": CONTEXT, "child_ids": []}
        assert one["referrer"]["organisation"] == "Marlpit Lane School"


@pytest.mark.rule("N11")
async def test_nothing_of_one_family_stands_in_the_contact_of_another(intake: Face) -> None:
    ids = [one["contact_id"] for one in (await _record(intake)).json()]
    kept = [json.dumps(intake.store.raws[id_]["state"]) for id_ in ids]
    codes = {"yes", "given", "parent", "not_possible"}
    for text in _leaves(OTTILIE) - codes:
        assert text in kept[0]
        assert text not in kept[1]
    for text in _leaves(CASPER) - codes:
        assert text in kept[1]
        assert text not in kept[0]


@pytest.mark.rule("N10")
async def test_a_child_who_is_said_to_harm_has_a_contact_like_the_others(intake: Face) -> None:
    harmed, alleged = (await _record(intake)).json()
    sentence = "This child is said to be causing harm."
    assert alleged["concern"] == f"He carries parcels.\n\n{sentence}"
    assert harmed["concern"] == "She has a second telephone."
    assert (alleged["path"], alleged["children"][0]["special_needs"]) == ("child_concern", "Signs.")


@pytest.mark.rule("N11", "N6")
async def test_a_child_of_a_group_keeps_its_own_circumstances(intake: Face) -> None:
    harmed, other = (await _record(intake)).json()
    assert other["circumstances"]["young_carer"]["cared_for"] == "his grandfather"
    assert harmed["circumstances"]["young_carer"] is None


@pytest.mark.rule("S16", "N11")
async def test_the_same_call_again_gives_the_same_contacts(intake: Face) -> None:
    first, again = await _record(intake), await _record(intake)
    assert first.json() == again.json()
    assert len(intake.store.raws) == 2
    another = (await _record(intake, key="group-call-0002")).json()
    assert another[0]["group_id"] != first.json()[0]["group_id"]
    assert len(intake.store.raws) == 4


@pytest.mark.rule("S16", "I1")
async def test_a_call_that_broke_off_is_finished_when_it_is_sent_again(intake: Face) -> None:
    perform = intake.door.perform
    intake.door.perform = _once(perform)  # type: ignore[method-assign]
    assert (await _record(intake)).status_code == 503
    assert len(intake.store.raws) == 1
    intake.door.perform = perform  # type: ignore[method-assign]
    answer = await _record(intake)
    assert answer.status_code == 201
    assert len(answer.json()) == len(intake.store.raws) == 2
    assert {one["contact_id"] for one in answer.json()} == intake.store.raws.keys()


def _once(perform: Callable[[Arrival], Awaitable[Settled]]) -> Any:
    done: list[Settled] = []

    async def then_gone(arrival: Arrival) -> Settled:
        if done:
            raise HubUnavailableError("AutoReconnect")
        done.append(await perform(arrival))
        return done[0]

    return then_gone


@pytest.mark.parametrize("children", [[], [OTTILIE], [OTTILIE] * 31])
async def test_a_group_is_of_two_to_thirty(intake: Face, children: list[Any]) -> None:
    answer = await _record(intake, GROUP | {"children": children})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "body.children"
    assert not intake.store.raws


async def test_the_longest_concern_has_room_for_what_is_said_of_the_child(intake: Face) -> None:
    longest = CASPER | {"concern": "x" * 19_900}
    assert (await _record(intake, GROUP | {"children": [OTTILIE, longest]})).status_code == 201
    longer = CASPER | {"concern": "x" * 19_901}
    answer = await _record(intake, GROUP | {"children": [OTTILIE, longer]}, key="group-call-0002")
    assert answer.status_code == 422


@pytest.mark.rule("D3", "N11")
async def test_consent_is_each_familys_own(intake: Face) -> None:
    given, missing = (await _record(intake)).json()
    assert given["consent_position"] == "given"
    assert missing["consent_position"] == "must_override"


@pytest.mark.rule("N11", "B11")
@pytest.mark.parametrize("said", ["knowledge", "relationship_to_child"])
async def test_what_a_referrer_knows_of_one_family_is_said_of_that_family(
    intake: Face, said: str
) -> None:
    referrer = {"kind": "professional", said: "Her form tutor."}
    answer = await _record(intake, GROUP | {"referrer": referrer})
    assert answer.status_code == 422
    assert "referrer_knowledge" in answer.json()["detail"]


@pytest.mark.rule("A13")
async def test_a_group_in_immediate_danger_is_answered_with_999(intake: Face) -> None:
    contacts = (await _record(intake, GROUP | {"immediate_danger": True})).json()
    assert all("999" in one["advice"] for one in contacts)


@pytest.mark.rule("N11", "S24")
async def test_the_contacts_of_a_group_are_found_by_it_and_a_stranger_learns_no_more_than_that(
    intake: Face,
) -> None:
    first, second = (await _record(intake)).json()
    wanted = {"group_id": first["group_id"]}
    async with intake.client(MANAGER) as client:
        hits = (await client.post("/contacts/search", json=WHY | wanted)).json()
        other = (await client.post("/contacts/search", json=WHY | {"group_id": "g-0"})).json()
    assert {hit["contact_id"] for hit in hits} == {first["contact_id"], second["contact_id"]}
    assert [hit["reasons"] for hit in hits] == [["group_id"]] * 2
    assert other == []
    async with intake.client(person(Role.MASH_ADMINISTRATOR)) as client:
        hits = (await client.post("/contacts/search", json=WHY | wanted)).json()
    assert {hit["contact_id"] for hit in hits} == {None}
