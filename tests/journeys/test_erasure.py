"""A contact is erased by two people, and an old backup gives nothing of it back (S18, S26)."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import httpx
import pytest
from aiokafka import AIOKafkaProducer
from pymongo import MongoClient

from mash_local.stack import Stack
from mash_shared.plumbing.broker import clients
from mash_shared.plumbing.rights import of_agency
from mash_shared.sealing import ring
from mash_shared.vocabulary import ErasedError
from support.campaign import until
from support.front_desk import FrontDesk
from support.hub import Hub, Play
from support.outside import Outside, Seen
from support.session import looking_outside, people, running_stack
from support.stored import COLLECTIONS, RESTORED, as_it_lies, restored

pytestmark = [pytest.mark.engines, pytest.mark.rule("S18", "S26")]

stack = pytest.fixture(scope="module", name="stack")(running_stack)
outside = pytest.fixture(scope="module", name="outside")(looking_outside)
hub = pytest.fixture(scope="module", name="hub")(people)

PROPOSED = {"ground": "request_upheld", "note": "The officer has upheld it."}
AGREED = {"agrees": True, "note": "I have read it as well."}
Documents = dict[tuple[str, str], dict[str, Any]]


def _live(outside: Outside) -> Documents:
    return {(one, id_): raw for one in COLLECTIONS for id_, raw in outside.documents(one).items()}


def _is_of(raw: dict[str, Any], contact_id: str) -> bool:
    return bool(raw["state"]["contact_id"] == contact_id)


def _named(play: Play) -> list[str]:
    """Give what is said of a family and of nobody else: names, and where its referrer is told."""
    form = play.form("")
    return [*(child["full_name"] for child in form["children"]), form["referrer"]["email"]]


def _keys_as_they_are_now(stack: Stack) -> None:
    """Have the restored documents read with the keys that there are, not with those of before."""
    with MongoClient[dict[str, Any]](stack.addresses["mongo"], tz_aware=True) as client:
        client[f"{RESTORED}{ring.DATABASE}"].drop_collection(ring.COLLECTION)
        now = client[ring.DATABASE][ring.COLLECTION].find().to_list()
        client[f"{RESTORED}{ring.DATABASE}"][ring.COLLECTION].insert_many(now)


async def _reply_again(stack: Stack, before: Seen) -> str:
    """Have police reply once more, under another id; gives that."""
    again = str(uuid4())
    body = json.dumps(before.body | {"reply_id": again}).encode()
    headers = {name: value or b"" for name, value in before.headers.items()}
    headers |= {"ce_id": again.encode()}
    url = stack.engines.kafka.url_for(of_agency("police"))
    async with AIOKafkaProducer(**clients(url)) as police:
        await police.send_and_wait(before.topic, body, key=before.key, headers=[*headers.items()])
    return again


def _erased(desk: FrontDesk, contact: dict[str, Any]) -> None:
    proposed = desk.act("mash_manager", contact, "erasure-proposal", PROPOSED)
    assert proposed.is_success, proposed.text
    done = desk.act("head_of_service", contact, "erasure", AGREED)
    assert done.is_success, done.text

    def is_destroyed() -> bool:
        path = f"/contacts/{contact['contact_id']}/retention"
        shown = desk.send("head_of_service", "GET", path).json()
        return shown["erasure"]["destroyed_at"] is not None

    until(is_destroyed, "everybody has forgotten it, and its key is destroyed")


def test_an_erased_contact_is_legible_nowhere_and_no_backup_or_late_word_brings_it_back(
    stack: Stack, hub: Hub, outside: Outside
) -> None:
    gone, stays, held = hub.play([Play(children=2), Play(), Play()])
    desk = FrontDesk(stack, hub, gone.council)
    kept = {"contact_id": held.contact_id}
    reason = {"reason": "An inquiry has asked for it."}
    assert desk.act("head_of_service", kept, "hold", reason).is_success
    refused = desk.act("mash_manager", kept, "erasure-proposal", PROPOSED)
    assert (refused.status_code, "hold" in refused.json()["detail"]) == (409, True)
    assert desk.act("head_of_service", kept, "hold-lifting", reason).status_code == 403

    before = _live(outside)
    of_it = {one for one, raw in before.items() if _is_of(raw, gone.contact_id)}
    assert {process for process, _ in of_it} == {*COLLECTIONS}
    with restored(stack) as (_, backup):
        assert backup().keys() == before.keys()
        _erased(desk, {"contact_id": gone.contact_id})

        after = _live(outside)
        text = json.dumps([raw["state"] for raw in after.values()], default=str)
        assert [word for word in _named(gone) if word in text] == []
        assert all(word in text for word in _named(stays))
        assert all(after[one]["state"]["erased_at"] for one in of_it)
        others = before.keys() - of_it
        assert {one for one in others if after[one]["state"] != before[one]["state"]} == set()

        _keys_as_they_are_now(stack)
        old = backup()
        assert {one for one, raw in old.items() if "state" not in raw} == of_it
        assert all(old[one]["state"] == before[one]["state"] for one in others)

    _is_found_nowhere(desk, gone)
    _a_late_reply_is_parked(stack, outside, gone, after)


def _is_found_nowhere(desk: FrontDesk, gone: Play) -> None:
    child = gone.form("")["children"][0]
    look = {"reason_code": "new_contact"} | child
    assert desk.send("social_worker", "POST", "/contacts/search", look).json() == []
    shown = desk.send("social_worker", "GET", f"/contacts/{gone.contact_id}")
    assert (shown.status_code, "erased" in shown.json()["detail"]) == (404, True)


def _a_late_reply_is_parked(stack: Stack, outside: Outside, gone: Play, before: Documents) -> None:
    replies = (r for t, r in outside.wire().items() if t.startswith("agency.police.reply"))
    reply = next(one for some in replies for one in some if one.contact_id == gone.contact_id)
    again = asyncio.run(_reply_again(stack, reply))
    letters = "dead-letter.agency-gateway.police"
    until(lambda: outside.wire().get(letters), "the gateway parks the late reply")
    (letter,) = outside.wire()[letters]
    assert letter.id == again
    assert letter.headers["parked-reason"] == str(ErasedError()).encode()
    after = _live(outside)
    assert {one: raw["state"] for one, raw in after.items()} == {
        one: raw["state"] for one, raw in before.items()
    }
    with MongoClient[dict[str, Any]](stack.addresses["mongo"]) as client:
        name = ring.key_of(gone.council, gone.contact_id)
        key = client[ring.DATABASE][ring.COLLECTION].find_one({"_id": name}) or {}
    assert key.keys() == {"_id", "council", "made_at", "destroyed_at"}
    words = [word.encode() for word in _named(gone)]
    assert [where for where, raw in as_it_lies(stack) for word in words if word in raw] == []


def test_whoever_reads_a_contact_may_not_erase_it(stack: Stack, hub: Hub) -> None:
    desk = FrontDesk(stack, hub, "havering")
    contact = desk.record()
    for role in ("social_worker", "head_of_mash", "operations"):
        for path, form in (("erasure-proposal", PROPOSED), ("erasure", AGREED)):
            refused = desk.act(role, contact, path, form)
            assert refused.status_code == httpx.codes.FORBIDDEN
