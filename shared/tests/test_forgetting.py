"""How a process forgets a contact: stubs first, then its word; what comes late makes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from mash_shared.clocks import Aggregate
from mash_shared.forgetting import Forgetting
from mash_shared.messages import Message
from mash_shared.messages.erasure import ContactErased
from mash_shared.plumbing.arrival import Arrival, Door, Outcome, Settled
from mash_shared.plumbing.forgetter import Forgetter
from mash_shared.plumbing.outages import Outages
from mash_shared.plumbing.telling import Teller
from mash_shared.testing import NOW, MemoryOutbox, MemoryStore, memory_work, sample
from mash_shared.vocabulary import ErasedError

pytestmark = pytest.mark.rule("S18")
ERASED = sample(ContactErased)
CONTACT, COUNCIL = ERASED.contact_id, ERASED.council


@dataclass(slots=True, kw_only=True)
class Slip(Aggregate):
    KEPT = Aggregate.KEPT | {"clocks_heard": "times"}

    clocks_heard: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


@dataclass
class Keeper:
    store: MemoryStore[Slip] = field(default_factory=lambda: MemoryStore(Slip))
    outbox: MemoryOutbox = field(default_factory=MemoryOutbox)
    dropped: list[str] = field(default_factory=list)

    async def take(self, document: str, change: Any, id_: str, **more: Any) -> Settled:
        arrival = Arrival(
            id=id_, name="test", document_id=document, change=change, at=NOW,
            traceparent="", **{"door": Door.MESSAGE, "message": ERASED} | more,
        )  # fmt: skip
        (settled,) = (await memory_work(self.store, "keeper").run([arrival])).settled
        return settled

    async def write(self, document: str, word: str, **more: Any) -> Settled:
        def change(slip: Slip) -> Iterator[Message]:
            slip.be_of(ERASED)
            slip.words.append(word)
            slip.clocks_heard.append(word)
            yield from ()

        return await self.take(document, change, f"{document} {word}", **more)

    async def erased(self) -> None:
        stub = await self.take(
            CONTACT,
            lambda slip: Forgetting().forget_contact(slip, ERASED),
            "erased",
            though_erased=True,
        )
        assert stub.outcome is Outcome.DONE

    async def forget(self) -> None:
        work, outbox = memory_work(self.store, "keeper"), cast("Any", self.outbox)
        teller: Teller[Any] = Teller(
            name="forgetter", work=work, outbox=outbox, now=lambda: NOW, though_erased=True
        )
        await Forgetter(
            process="keeper", store=self.store, teller=teller, now=lambda: NOW,
            outages=Outages(), drop_key=self.dropped.append,
        ).forget()  # fmt: skip

    @property
    def said(self) -> list[str]:
        return [one.topic for one in self.outbox.sent.values()]

    def slip(self, document: str) -> Slip:
        return self.store.aggregate(self.store.raws[document])


async def test_every_document_of_it_is_a_stub_before_it_is_said_that_it_is_forgotten() -> None:
    keeper = Keeper()
    await keeper.write("one", "said")
    await keeper.write("two", "said")
    await keeper.erased()
    await keeper.forget()
    assert [keeper.slip(one).words for one in ("one", "two")] == [[], []]
    assert (keeper.said, keeper.dropped) == ([], [])
    await keeper.forget()
    await keeper.forget()
    assert keeper.said == ["contact.forgotten.keeper.v1"]
    assert keeper.dropped == [f"contact/{CONTACT}"]
    assert not keeper.slip(CONTACT).forgets


async def test_who_keeps_nothing_of_it_says_so_as_well() -> None:
    keeper = Keeper()
    await keeper.erased()
    await keeper.forget()
    assert keeper.said == ["contact.forgotten.keeper.v1"]


async def test_another_contact_stays_as_it_was() -> None:
    keeper = Keeper()
    await keeper.write("one", "said", message=sample(ContactErased, contact_id="another"))
    other = keeper.slip("one")
    other.contact_id = cast("Any", "another")
    keeper.store.raws["one"]["state"]["contact_id"] = "another"
    await keeper.erased()
    await keeper.forget()
    assert keeper.slip("one").words == ["said"]


@pytest.mark.parametrize("document", ["one", "never there"])
@pytest.mark.parametrize("rounds", [0, 2])
async def test_what_comes_late_is_refused_and_makes_no_word(document: str, rounds: int) -> None:
    keeper = Keeper()
    await keeper.write("one", "said")
    await keeper.erased()
    for _ in range(rounds):
        await keeper.forget()
    before = dict(keeper.store.raws)
    late = await keeper.write(document, "late")
    assert late.outcome is Outcome.REFUSED
    assert isinstance(late.error, ErasedError)
    assert keeper.store.raws == before


async def test_what_is_taken_in_though_erased_is_taken_in_by_a_stub() -> None:
    keeper = Keeper()
    await keeper.write("one", "said")
    await keeper.erased()
    for document in ("one", "never there"):
        taken = await keeper.write(document, "a clock", though_erased=True)
        assert taken.outcome is Outcome.DONE
        assert keeper.slip(document).words == [], "nothing but what is kept is ever written"
        assert keeper.slip(document).clocks_heard[-1] == "a clock"
        assert keeper.slip(document).erased_at == ERASED.occurred_at


async def test_a_refusal_beside_it_leaves_the_stub_a_stub() -> None:
    keeper = Keeper()
    await keeper.write("one", "said")
    await keeper.erased()

    def arrival(id_: str, word: str, *, though_erased: bool) -> Arrival:
        def change(slip: Slip) -> Iterator[Message]:
            slip.clocks_heard.append(word)
            yield from ()

        return Arrival(
            id=id_, name="test", document_id="one", change=change, at=NOW, door=Door.MESSAGE,
            traceparent="", message=ERASED, though_erased=though_erased,
        )  # fmt: skip

    work = memory_work(keeper.store, "keeper")
    batch = await work.run(
        [arrival("1", "a clock", though_erased=True), arrival("2", "late", though_erased=False)]
    )
    assert [one.outcome for one in batch.settled] == [Outcome.DONE, Outcome.REFUSED]
    assert keeper.slip("one").clocks_heard == ["said", "a clock"]
    assert keeper.slip("one").words == []


async def test_an_act_on_a_stub_is_refused_whatever_its_handler_would_do() -> None:
    keeper = Keeper()
    await keeper.write("one", "said")
    await keeper.erased()
    await keeper.forget()
    acted = await keeper.write("one", "acted", door=Door.ACT, message=None, expects=1)
    assert isinstance(acted.error, ErasedError)
    assert keeper.slip("one").words == []
