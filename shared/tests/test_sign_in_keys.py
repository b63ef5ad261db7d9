"""Keys that are fetched: kept, renewed, and held while their provider is away (S10)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import httpx
import pytest
from joserfc.jwk import RSAKey

from mash_shared.identity import KeysUnreachableError, NotSignedInError, Tokens
from mash_shared.identity import keys as keys_module
from mash_shared.identity.keys import AGAIN_AFTER, FRESH, HOLD, LARGEST_KEYS, get_keys
from support.signing import KEYS, LIFE, Address, Clock, Signer, fetched, jwks, provider

NEW = RSAKey.generate_key(2048, {"kid": "rsa-2"})
AWAY = httpx.ConnectError("away")
INSTANT = timedelta(microseconds=1)


class Hall:
    """Tokens, the address of their keys, and the time, in one place."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.address = Address([KEYS["RS256"]])
        taking = provider(fetched(self.address, self.clock), longest_life=24 * LIFE)
        self.tokens = Tokens([taking], self.clock)

    async def enter(self, key: Any = None, **header: Any) -> str:
        """Sign in with a token that is made now; give the person's id."""
        signer = Signer(self.clock, key=key or KEYS["RS256"])
        return (await self.tokens.person(signer.token(header))).id


@pytest.fixture
def hall() -> Hall:
    return Hall()


async def test_keys_are_fetched_once_and_anew_when_they_are_old(hall: Hall) -> None:
    for _ in range(3):
        await hall.enter()
    hall.clock.pass_(FRESH - INSTANT)
    await hall.enter()
    assert hall.address.asked == 1
    hall.clock.pass_(INSTANT)
    await hall.enter()
    assert hall.address.asked == 2


@pytest.mark.rule("S10")
async def test_a_new_key_is_taken_at_once_and_a_gone_one_no_longer_than_keys_are_kept(
    hall: Hall,
) -> None:
    await hall.enter()
    old = Signer(hall.clock).token()
    await hall.tokens.person(old)
    hall.address.keys = [NEW]
    hall.clock.pass_(FRESH - INSTANT)
    await hall.tokens.person(old)
    await hall.enter(NEW)
    assert hall.address.asked == 2
    for sign_in in (lambda: hall.tokens.person(old), hall.enter):
        with pytest.raises(NotSignedInError, match="a key that its issuer does not have"):
            await sign_in()


async def test_a_provider_that_names_no_keys_may_change_its_key_as_well(hall: Hall) -> None:
    await hall.enter(kid=None)
    hall.address.keys = [NEW]
    await hall.enter(NEW, kid=None)
    assert hall.address.asked == 2


async def test_where_there_are_several_keys_a_token_must_name_its_own(hall: Hall) -> None:
    hall.address.keys = [KEYS["RS256"], NEW]
    with pytest.raises(NotSignedInError, match="a key that its issuer does not have"):
        await hall.enter(kid=None)


@pytest.mark.rule("S10")
async def test_strangers_with_keys_of_their_own_do_not_make_the_hub_ask_again_and_again(
    hall: Hall,
) -> None:
    await hall.enter()
    for number in range(5):
        with pytest.raises(NotSignedInError):
            await hall.enter(NEW, kid=f"quince-{number}")
    assert hall.address.asked == 2
    hall.clock.pass_(AGAIN_AFTER - INSTANT)
    with pytest.raises(NotSignedInError):
        await hall.enter(NEW)
    assert hall.address.asked == 2
    hall.clock.pass_(INSTANT)
    hall.address.keys = [NEW]
    await hall.enter(NEW)
    assert hall.address.asked == 3


@pytest.mark.rule("S10")
async def test_known_keys_hold_for_a_while_where_the_provider_is_away(hall: Hall) -> None:
    await hall.enter()
    assert await hall.tokens.ready()
    hall.address.error = AWAY
    hall.clock.pass_(HOLD - INSTANT)
    await hall.enter()
    assert await hall.tokens.ready()
    with pytest.raises(KeysUnreachableError):
        await hall.enter(NEW)
    hall.clock.pass_(INSTANT)
    with pytest.raises(KeysUnreachableError):
        await hall.enter()
    assert not await hall.tokens.ready()


@pytest.mark.rule("S10")
async def test_a_remembered_token_holds_no_longer_than_the_keys(hall: Hall) -> None:
    signer = Signer(hall.clock)
    token = signer.token(exp=int((hall.clock() + 2 * HOLD).timestamp()))
    await hall.tokens.person(token)
    hall.address.error = AWAY
    hall.clock.pass_(HOLD)
    with pytest.raises(KeysUnreachableError):
        await hall.tokens.person(token)


@pytest.mark.rule("S10")
async def test_a_provider_that_is_away_is_asked_now_and_then_until_it_is_back(hall: Hall) -> None:
    hall.address.error = AWAY
    for _ in range(3):
        with pytest.raises(KeysUnreachableError):
            await hall.enter()
    assert (hall.address.asked, await hall.tokens.ready()) == (1, False)
    hall.address.error = None
    hall.clock.pass_(AGAIN_AFTER - INSTANT)
    with pytest.raises(KeysUnreachableError):
        await hall.enter()
    hall.clock.pass_(INSTANT)
    await hall.enter()
    assert (hall.address.asked, await hall.tokens.ready()) == (2, True)


async def test_a_clock_that_is_put_back_makes_no_key_hold_longer(hall: Hall) -> None:
    await hall.enter()
    hall.clock.pass_(-LIFE)
    await hall.enter()
    assert hall.address.asked == 2


@pytest.mark.parametrize(
    "body",
    [b"", b"quince", b"[]", b"{}", b'{"keys": 1}', b'{"keys": []}', b'{"keys": [1, {}]}',
     b'{"keys": [{"kty": "RSA", "n": "AQ"}, {"kty": "EC", "crv": 7}]}', b"[" * 100_000],
    ids=range(9),
)  # fmt: skip
async def test_what_are_no_keys_replaces_none(hall: Hall, body: bytes) -> None:
    await hall.enter()
    hall.clock.pass_(FRESH)
    hall.address.body = body
    await hall.enter()
    with pytest.raises(KeysUnreachableError):
        await hall.enter(NEW)


@pytest.mark.rule("S10")
async def test_everybody_waits_for_one_fetch_and_nobody_loses_it_by_leaving(hall: Hall) -> None:
    hall.address.answers.clear()
    waiting = [asyncio.create_task(hall.enter()) for _ in range(20)]
    await hall.address.was_asked.wait()
    waiting[0].cancel()
    hall.address.answers.set()
    *_, last = await asyncio.gather(*waiting, return_exceptions=True)
    assert last == "https://sign-in.havering.example#p-1"
    assert waiting[0].cancelled()
    assert hall.address.asked == 1


Answer = Callable[[asyncio.StreamWriter], Any]


@asynccontextmanager
async def _answering(answer: Answer) -> AsyncIterator[str]:
    ended = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            await reader.readuntil(b"\r\n\r\n")
            await answer(writer)
            await writer.drain()
        writer.close()
        ended.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/keys"
        await ended.wait()


def _with(status: str, body: bytes, *lines: str) -> Answer:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"content-length: {len(body)}", *lines, "", ""])

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(head.encode() + body)

    return answer


async def test_keys_are_got_as_they_are() -> None:
    async with _answering(_with("200 OK", jwks(NEW))) as url:
        assert await get_keys(url) == jwks(NEW)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (_with("200 OK", b" " * (LARGEST_KEYS + 1)), ValueError),
        (_with("404 Not Found", jwks(NEW)), httpx.HTTPStatusError),
        (_with("302 Found", b"", "location: http://127.0.0.1:9/"), httpx.HTTPStatusError),
    ],
)
@pytest.mark.rule("S14")
async def test_what_is_too_large_or_elsewhere_is_not_followed(
    answer: Answer, error: type[Exception]
) -> None:
    async with _answering(answer) as url:
        with pytest.raises(error):
            await get_keys(url)


@pytest.mark.rule("S14")
async def test_keys_that_do_not_come_whole_are_waited_for_so_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given_up = asyncio.Event()

    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n{")
        while not given_up.is_set():  # never silent, and never done
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.01)

    monkeypatch.setattr(keys_module, "FETCH_WITHIN", 0.2)
    async with _answering(drip) as url:
        with pytest.raises(TimeoutError):
            await get_keys(url)
        given_up.set()
