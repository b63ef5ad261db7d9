"""Thirty planted values, in every sort of field, header, path and error: none is found elsewhere.

They are looked for in every log, the engines' included, every metric, every key and header of every
record, dead letters among them, every mail, every document as the database has it, and what was
answered to who may not know (S7, S8).
"""

import asyncio
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from aiokafka import AIOKafkaProducer
from pymongo import MongoClient

from mash_local.stack import Stack
from mash_shared.plumbing.broker import clients
from mash_shared.plumbing.rights import of_agency
from support.campaign import until
from support.front_desk import FrontDesk
from support.hub import Hub
from support.outside import Outside
from support.session import looking_outside, people, running_stack
from support.stored import as_it_lies

pytestmark = [pytest.mark.engines, pytest.mark.rule("A11")]

stack = pytest.fixture(scope="module", name="stack")(running_stack)
outside = pytest.fixture(scope="module", name="outside")(looking_outside)
hub = pytest.fixture(scope="module", name="hub")(people)

WORDS = [f"Zq{n}xv{chr(97 + n % 26)}planted" for n in range(30)]
NUMBER, TELEPHONE, POSTCODE = "9990004552", "020 7946 0781", "ZX9 8QY"
PLANTED = re.compile(rf"zq\d+xv[a-z]planted|{NUMBER}|7946 ?0781|{POSTCODE}".encode(), re.IGNORECASE)
ADDRESSEE = "zq.referrer@school.example"


def _contact(desk: FrontDesk) -> dict[str, Any]:
    word = iter(WORDS)
    child = {
        "full_name": f"{next(word)} {next(word)}", "date_of_birth": "2015-05-05",
        "nhs_number": NUMBER, "school_or_nursery": next(word),
    }  # fmt: skip
    referrer = {"kind": "professional", "full_name": next(word), "telephone": TELEPHONE}
    return desk.form(
        concern=f"{next(word)} and {next(word)}.",
        address=f"4 {next(word)} Lane, {POSTCODE}",
        children=[child],
        referrer=referrer | {"email": ADDRESSEE, "their_reference": next(word)},
        household=[{"full_name": next(word)}],
        alleged_perpetrators=[{"full_name": next(word)}],
        consent={"status": "given", "given_by": "parent", "given_by_name": next(word)}
        | {"consent_to_service": "yes"},
    )


def _awkward(desk: FrontDesk, contact: dict[str, Any]) -> Iterator[httpx.Response]:
    """Put names where none belongs: paths, queries, headers, keys and fields that are refused."""
    word = iter(WORDS[12:])
    yield desk.send("social_worker", "POST", f"/contacts/{next(word)}/signposting", {})
    yield desk.send("social_worker", "GET", f"/contacts/{next(word)}")
    yield desk.send("social_worker", "GET", f"/queues/{next(word)}?limit={next(word)}")
    yield desk.send("social_worker", "POST", "/contacts", {next(word): next(word)})
    form = desk.form(urgency=next(word), received_at=next(word))
    yield desk.send("social_worker", "POST", "/contacts", form, key=next(word))
    wrong = {"full_name": next(word), "date_of_birth": next(word), "reason_code": "new_contact"}
    yield desk.send("social_worker", "POST", "/contacts/search", wrong)
    headers = {"traceparent": next(word), "if-match": next(word), "x-name": next(word)}
    path = f"/contacts/{contact['contact_id']}"
    yield desk.send("social_worker", "PATCH", path, {"why": next(word)}, **headers)


async def _from_an_agency(stack: Stack) -> None:
    """Write what no contract allows, as an agency's program may by mistake."""
    word = iter(WORDS[26:])
    topic = "agency.police.reply.v1"
    async with AIOKafkaProducer(**clients(stack.engines.kafka.url_for(of_agency("police")))) as one:
        for headers, body in (
            ([], f'{{"{WORDS[26]}": "{WORDS[27]}"}}'),
            ([("ce_id", next(word)), ("ce_type", next(word))], "not JSON: " + WORDS[28]),
            ([("ce_source", next(word)), ("traceparent", next(word))], NUMBER),
        ):
            whole = [(name, value.encode()) for name, value in headers]
            await one.send_and_wait(topic, body.encode(), key=uuid4().bytes, headers=whole)


def _told_by_mail(stack: Stack, desk: FrontDesk, contact: dict[str, Any]) -> None:
    """End the contact, and wait for the letter to whoever made it."""
    form = {"to": "early_help", "note": f"Said {WORDS[29]}.", "told_at_once": False}
    ended = desk.act("social_worker", contact, "signposting", form)
    assert ended.is_success, ended.text
    until(lambda: [*(stack.run.path / "mail").glob("*.eml")], "the referrer is written to")


@pytest.fixture
def slow(stack: Stack) -> Iterator[None]:
    """A database's server to which every query is a slow one."""
    with MongoClient[dict[str, Any]](stack.engines.mongo.address) as administrator:
        administrator["intake"].command("profile", 0, slowms=0)
        yield
        administrator["intake"].command("profile", 0, slowms=100)


def _found(name: str, text: bytes) -> list[str]:
    return [f"{name}: {hit.decode()}" for hit in sorted(set(PLANTED.findall(text)))]


@pytest.mark.usefixtures("slow")
@pytest.mark.rule("S22")
def test_no_planted_value_is_where_it_does_not_belong(
    stack: Stack, hub: Hub, outside: Outside
) -> None:
    desk = FrontDesk(stack, hub, "havering")
    recorder = desk.pack.contact.first_recorders[0]
    answer = desk.send(recorder, "POST", "/contacts", _contact(desk))
    assert answer.status_code == httpx.codes.CREATED, answer.text
    contact = answer.json()
    desk.act(recorder, contact, "demographic-check", {"result": "confirmed"})
    refused = list(_awkward(desk, contact))
    _told_by_mail(stack, desk, contact)
    asyncio.run(_from_an_agency(stack))
    parked = "dead-letter.agency-gateway.police"
    until(lambda: len(outside.wire().get(parked, ())) >= 3, "the gateway parks all three")

    logs = {log.name: log.read_bytes() for log in stack.run.logs.glob("*.log")}
    assert logs["mongo.log"]
    assert logs["kafka.log"]
    found = [hit for one in refused if one.is_error for hit in _found("error", one.content)]
    for log, text in logs.items():
        found += _found(log, text)
    for name, address in stack.addresses.items():
        if name.endswith(".ops"):
            found += _found(f"{name} metrics", httpx.get(f"{address}/metrics").content)
    for topic, records in outside.wire().items():
        for one in records:
            found += _found(f"{topic} key", one.key or b"")
            ours = {n: v for n, v in one.headers.items() if _is_ours(topic, n)}
            found += _found(f"{topic} headers", repr(ours).encode())
    for mail in (stack.run.path / "mail").glob("*.eml"):
        found += _found(mail.name, mail.read_bytes())
    for where, raw in as_it_lies(stack):
        found += _found(where, raw)
    found += _found("stack.json", (stack.run.path / "stack.json").read_bytes())
    assert found == []


def _is_ours(topic: str, name: str) -> bool:
    """Whether a header is of the hub's writing; a record is parked with those that it came with."""
    if topic.startswith("agency.police.reply"):
        return False
    return not topic.startswith("dead-letter.") or name.startswith("parked-")
