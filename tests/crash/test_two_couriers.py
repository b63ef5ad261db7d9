"""Two copies of notify and a mail server that takes its time: everybody is written to once."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes

import pytest

from mash_local.stack import Stack
from mash_shared.messages import Message
from mash_shared.messages.contact import ContactRecorded
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.people import Referrer
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.plumbing.producer import Producer
from mash_shared.plumbing.times import wall_clock
from mash_shared.plumbing.tracing import child_of
from mash_shared.testing import sample
from mash_shared.vocabulary import ReferrerKind
from support.campaign import until
from support.outside import Outside

pytestmark = [pytest.mark.engines, pytest.mark.crash]

NOTICES = 12
SECONDS_A_LETTER = 3


@pytest.fixture
def stack() -> Iterator[Stack]:
    with Stack(services=("notify",), copies={"notify": 2}, ready_seconds=180) as started:
        (started.run.path / "mail-hangs").write_text(str(SECONDS_A_LETTER))
        yield started


def _decided(contact_id: str) -> Iterator[Message]:
    now = wall_clock()
    own = {"contact_id": contact_id, "occurred_at": now}
    to = Referrer(kind=ReferrerKind.PUBLIC, email=f"{contact_id}@street.example")
    recorded = sample(ContactRecorded, **own, received_at=now, referrer=to)
    yield recorded
    for child in recorded.child_ids:
        yield sample(DecisionRecorded, **own, child_id=child)


async def _say(kafka: str, contacts: list[str]) -> None:
    producer = Producer(kafka, "people")
    await producer.send(
        [
            Outgoing.of(one, cause=f"{contact}/{n}", source="tests", traceparent=child_of(None))
            for contact in contacts
            for n, one in enumerate(_decided(contact))
        ]
    )
    await producer.stop()


@pytest.mark.rule("I7")
def test_two_copies_write_to_everybody_once(stack: Stack) -> None:
    """67 mails for 60 notices: one copy took over what the other was slow with (fault KI2)."""
    contacts = [f"contact-{number}" for number in range(NOTICES)]
    asyncio.run(_say(stack.addresses["kafka"], contacts))
    outside = Outside(stack)

    def told() -> list[str]:
        notices = outside.look().of("notify", set(contacts))
        return [raw["state"]["claimed_by"] for raw in notices if not raw["state"]["in_hand"]]

    until(lambda: len(told()) == NOTICES, "every notice is seen through")
    assert {by.partition("/")[0] for by in told()} == {"notify", "notify-2"}
    states = [raw["state"] for raw in outside.look().of("notify", set(contacts))]
    assert {state["phase"] for state in states} == {"delivered"}
    assert {clock["state"] for state in states for clock in state["clocks"]} == {"met"}
    mails = [message_from_bytes(one.read_bytes()) for one in (stack.run.path / "mail").iterdir()]
    assert Counter(mail["To"] for mail in mails) == {f"{one}@street.example": 1 for one in contacts}
