"""The courier: claimed before sent, looked up when unsure, never sent twice, nothing held up."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any, cast

import pytest

from mash_shared.messages.contact import ContactRecorded
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.people import Referrer
from mash_shared.plumbing.telling import Teller
from mash_shared.testing import (
    NOW,
    Desk,
    MemoryOutbox,
    MemoryStore,
    heard,
    memory_work,
    packs,
    sample,
)
from mash_shared.vocabulary import ReferrerKind
from notify.courier import Courier, NotAcceptedError
from notify.domain import CLAIM_HOLDS, Notice, Phase
from notify.handlers import NO_ADDRESS, NO_LETTER, REFUSED, UNKNOWN_DELIVERY, NotifyHandlers

HANDLERS = NotifyHandlers(packs())
CHILDREN = sample(ContactRecorded).child_ids


class CourierDiedError(BaseException):
    """Stands for a kill at one point."""


@dataclass
class FakePost:
    """A provider that remembers what it took and can be told how to fail."""

    taken: list[str] = field(default_factory=list)
    failures: list[Exception | BaseException] = field(default_factory=list)
    takes_it_anyway: bool = False
    can_be_asked: bool = True
    asked: int = 0

    async def send(self, mail: EmailMessage) -> None:
        failure = self.failures.pop(0) if self.failures else None
        if failure is None or self.takes_it_anyway:
            self.taken.append(mail["Message-ID"].strip("<>"))
        if failure is not None:
            raise failure

    async def has(self, message_id: str) -> bool | None:
        self.asked += 1
        return message_id in self.taken if self.can_be_asked else None


@dataclass
class Round:
    """Notices of one hub, and couriers that share them and a clock."""

    store: MemoryStore[Notice]
    post: FakePost = field(default_factory=FakePost)
    outbox: MemoryOutbox = field(default_factory=MemoryOutbox)
    at: datetime = NOW

    def courier(self, name: str = "one") -> Courier:
        return Courier(
            name=name,
            sender="mash@hub.example",
            handlers=HANDLERS,
            store=self.store,
            teller=Teller(
                name="courier",
                work=memory_work(self.store, "notify"),
                outbox=cast("Any", self.outbox),
                now=lambda: self.at,
            ),
            post=self.post,
            now=lambda: self.at,
        )

    def notice(self, contact_id: str = "c1") -> Notice:
        return self.store.aggregate(self.store.raws[contact_id])

    def said(self) -> list[str]:
        topics = [one.topic for one in self.outbox.sent.values()]
        return [topic for topic in topics if topic.startswith("notice.")]


@pytest.fixture
def make() -> Callable[..., Round]:
    def ready(*contacts: str, **referrer: Any) -> Round:
        store: MemoryStore[Notice] = MemoryStore(Notice)
        to = {"kind": ReferrerKind.PUBLIC, "email": "a@street.example"} | referrer
        for contact in contacts or ("c1",):
            desk = Desk(Notice, contact, "notify")
            desk.store = store
            recorded = sample(ContactRecorded, contact_id=contact, referrer=Referrer(**to))
            desk.do(heard(HANDLERS.expect_notice, recorded))
            for child in CHILDREN:
                decided = sample(DecisionRecorded, contact_id=contact, child_id=child)
                desk.do(heard(HANDLERS.note_decision, decided))
        return Round(store)

    return ready


@pytest.mark.rule("K1", "J6")
async def test_what_is_ready_is_delivered_once(make: Callable[..., Round]) -> None:
    here = make("c1", "c2")
    assert await here.courier().deliver() == 2
    assert await here.courier().deliver() == 0
    assert here.post.taken == ["c1.outcome@hub.example", "c2.outcome@hub.example"]
    assert here.notice().phase is Phase.DELIVERED
    assert here.said() == ["notice.delivered.red.v1"] * 2
    assert here.post.asked == 0


async def test_what_is_claimed_by_another_is_left_alone(make: Callable[..., Round]) -> None:
    here = make()
    here.post.failures = [CourierDiedError()]
    with pytest.raises(CourierDiedError):
        await here.courier("one").deliver()
    assert await here.courier("two").deliver() == 0
    assert here.post.taken == []


@pytest.mark.rule("I7")
@pytest.mark.parametrize("name", ["one", "two"])
@pytest.mark.parametrize("took_it", [True, False])
async def test_after_a_death_the_provider_is_asked_before_anything_is_sent(
    make: Callable[..., Round], name: str, *, took_it: bool
) -> None:
    here = make()
    here.post.failures, here.post.takes_it_anyway = [CourierDiedError()], took_it
    with pytest.raises(CourierDiedError):
        await here.courier("one").deliver()
    here.at += CLAIM_HOLDS
    assert await here.courier(name).deliver() == 1
    assert here.post.asked == 1
    assert here.post.taken == ["c1.outcome@hub.example"]
    assert here.notice().phase is Phase.DELIVERED
    assert here.said() == ["notice.delivered.red.v1"]


@pytest.mark.rule("I7")
async def test_where_nobody_can_be_asked_a_person_is(make: Callable[..., Round]) -> None:
    here = make()
    here.post.failures, here.post.can_be_asked = [NotAcceptedError("Timeout", certain=False)], False
    await here.courier().deliver()
    assert here.notice().unsure
    here.at += timedelta(minutes=10)
    await here.courier().deliver()
    assert here.notice().phase is Phase.BY_PERSON
    assert here.notice().by_person_because == UNKNOWN_DELIVERY
    assert here.said() == ["notice.failed.red.v1"]
    assert here.post.taken == []


async def test_a_refusal_is_tried_again_without_asking(make: Callable[..., Round]) -> None:
    here = make()
    here.post.failures = [NotAcceptedError("Refused", certain=True)] * 3
    for attempt in range(1, 5):
        assert await here.courier().deliver() == 1
        assert here.notice().attempts == attempt
        assert await here.courier().deliver() == 0
        here.at += timedelta(minutes=10)
    assert here.notice().phase is Phase.DELIVERED
    assert (here.post.asked, len(here.post.taken)) == (0, 1)


async def test_a_refusal_for_good_goes_to_a_person(make: Callable[..., Round]) -> None:
    here = make()
    here.post.failures = [NotAcceptedError("Refused", certain=True, final=True)]
    await here.courier().deliver()
    assert here.notice().phase is Phase.BY_PERSON
    assert here.notice().by_person_because == REFUSED


@pytest.mark.rule("I7")
async def test_an_answer_that_never_came_is_looked_up(make: Callable[..., Round]) -> None:
    here = make()
    here.post.failures = [NotAcceptedError("Timeout", certain=False)]
    here.post.takes_it_anyway = True
    await here.courier().deliver()
    here.at += timedelta(minutes=10)
    await here.courier().deliver()
    assert (here.post.asked, len(here.post.taken)) == (1, 1)
    assert here.notice().phase is Phase.DELIVERED


async def test_without_an_address_nothing_is_sent(make: Callable[..., Round]) -> None:
    here = make(email=None)
    assert await here.courier().deliver() == 1
    assert here.notice().by_person_because == NO_ADDRESS
    assert here.post.taken == []
    assert here.said() == ["notice.failed.red.v1"]
    assert await here.courier().deliver() == 0


async def test_an_address_that_no_letter_can_bear_holds_up_no_other(
    make: Callable[..., Round],
) -> None:
    here, odd = make("c2"), make("c1", email="=?utf-8?q?=0aBcc=3ax=40other.example?=@a.example")
    here.store.raws.update(odd.store.raws)
    assert await here.courier().deliver() == 2
    assert here.notice("c1").by_person_because == NO_LETTER
    assert here.notice("c2").phase is Phase.DELIVERED
    assert here.post.taken == ["c2.outcome@hub.example"]
