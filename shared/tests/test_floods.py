"""Crowds, whoever they are of: others are answered meanwhile (S17)."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import httpx
import pytest

from mash_shared.http.addresses import neighbourhood, proxies_in
from mash_shared.http.guarded import MOST_WAITING, Crowd
from mash_shared.http.often import STRANGERS, Limits, Often
from mash_shared.plumbing.times import wall_clock
from support.on_a_socket import HOST, SOON, Served, end, serving

MANY = 600
TWELVE = 12
LARGE = 1_000_000
HERE = ip_network(f"{HOST}/32")
Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(tmp_path) as one:
        yield one


@asynccontextmanager
async def _lines(served: Served, many: int) -> AsyncIterator[list[Line]]:
    opened = [await asyncio.open_connection(HOST, served.port) for _ in range(many)]
    try:
        yield opened
    finally:
        for _, writer in opened:
            await end(writer)


async def _read(served: Served, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=served.url, timeout=SOON) as client:
        return await client.get("/words", headers=served.signed_in | headers)


async def _answers(lines: Iterable[Line]) -> list[bytes]:
    async with asyncio.timeout(SOON):
        return [await _answer(reader) for reader, _ in lines]


async def _answer(reader: asyncio.StreamReader) -> bytes:
    """Give the first line of an answer; nothing where the end of the line came before it."""
    try:
        return await reader.readline()
    except ConnectionResetError:
        return b""


def _hang_still(lines: Iterable[Line]) -> bool:
    return not any(reader.at_eof() for reader, _ in lines)


@pytest.mark.rule("S17")
async def test_whoever_is_signed_in_is_answered_while_others_leave_requests_half_there(
    served: Served,
) -> None:
    async with _lines(served, MANY) as lines:
        for _, writer in lines:
            writer.write(b"GET /words HTTP/1.1\r\nhost: h\r\n")
        gone, left = lines[:-MOST_WAITING], lines[-MOST_WAITING:]
        answers = await _answers(gone)
        assert _hang_still(left)
        assert (await _read(served)).status_code == 200
        assert _hang_still(left[1:]), "whoever asked for a moment made one give way"
    assert set(answers) == {b"HTTP/1.1 429 Too Many Requests\r\n"}


@pytest.mark.rule("S10", "S17")
async def test_whoever_is_signed_in_is_answered_while_strangers_send_large_bodies(
    served: Served,
) -> None:
    head = served.head(f"content-length: {LARGE}")
    async with _lines(served, TWELVE) as lines:
        for _, writer in lines:
            writer.write(head + b" " * (LARGE // 2))
        assert (await _read(served)).status_code == 200
        answers = await _answers(lines)
    assert set(answers) <= {b"HTTP/1.1 401 Unauthorized\r\n", b""}
    assert served.told == []


@pytest.mark.rule("S17")
async def test_connections_of_a_proxy_are_everybodys(tmp_path: Path) -> None:
    async with (
        serving(tmp_path, proxies=[HERE]) as served,
        _lines(served, MOST_WAITING + 1) as lines,
    ):
        assert (await _read(served)).status_code == 200
        assert _hang_still(lines)


async def _sign_in(served: Served, token: str, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=served.url) as client:
        return await client.get("/words", headers={"authorization": f"Bearer {token}", **headers})


@pytest.mark.rule("S10", "S17")
async def test_an_address_that_fails_to_sign_in_is_slowed_down_and_its_neighbours_are_not(
    served: Served,
) -> None:
    answers = [await _sign_in(served, "guess") for _ in range(STRANGERS + 1)]
    assert [one.status_code for one in answers] == [401] * STRANGERS + [429]
    refused = answers[-1]
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["content-type"] == "application/problem+json"
    assert "from this address" in refused.json()["detail"]
    behind_the_same_door = await _sign_in(served, served.token_of("p-2"))
    assert behind_the_same_door.status_code == 200
    long_ago = served.token_of("p-3", datetime.now(UTC) - timedelta(days=2))
    assert (await _sign_in(served, long_ago)).status_code == 401, "it only has to be renewed"


@pytest.mark.rule("S17")
@pytest.mark.parametrize(
    ("said", "another"),
    [("198.51.100.7", "198.51.100.8"), ("192.0.2.1, 198.51.100.7", "192.0.2.1, 198.51.100.8")],
)
async def test_behind_a_proxy_it_is_the_address_that_the_proxy_says(
    tmp_path: Path, said: str, another: str
) -> None:
    async with serving(tmp_path, proxies=[HERE]) as served:
        for _ in range(STRANGERS):
            await _sign_in(served, "guess", **{"x-forwarded-for": said})
        first = await _sign_in(served, "guess", **{"x-forwarded-for": said})
        other = await _sign_in(served, "guess", **{"x-forwarded-for": another})
        await _read(served, **{"x-forwarded-for": said})
        [[address]] = served.trail.said("address")
    assert (first.status_code, other.status_code) == (429, 401)
    assert address == "198.51.100.7"


@pytest.mark.rule("S17")
async def test_what_others_say_of_where_they_are_is_not_believed(served: Served) -> None:
    for number in range(STRANGERS):
        await _sign_in(served, "guess", **{"x-forwarded-for": f"198.51.100.{number}"})
    assert (await _sign_in(served, "guess", **{"x-forwarded-for": "1.2.3.4"})).status_code == 429
    await _read(served, **{"x-forwarded-for": "198.51.100.7"})
    assert served.trail.said("address") == [(HOST,)]


@pytest.mark.rule("S9", "S17")
async def test_whoever_reads_too_often_is_refused_and_that_is_on_record(tmp_path: Path) -> None:
    limits = Limits.a_minute(reads=2, acts=1, now=wall_clock)
    async with serving(tmp_path, limits) as served:
        answers = [await _read(served) for _ in range(3)]
        other = await _sign_in(served, served.token_of("p-2"))
        said = served.trail.said("who", "kind", "what", "outcome", "refusal")
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert "2 times a minute" in answers[-1].json()["detail"]
    assert other.status_code == 200
    assert said[2] == ("p-1", "read", said[0][2], 429, "TooOftenError")


def test_of_ipv6_a_whole_network_is_counted_as_one() -> None:
    assert neighbourhood("2001:db8:1:2:3::4") == neighbourhood("2001:db8:1:2:ffff::5")
    assert neighbourhood("2001:db8:1:2::4") != neighbourhood("2001:db8:1:3::4")
    assert neighbourhood("::ffff:192.0.2.1") == neighbourhood("192.0.2.1") == "192.0.2.1"
    assert neighbourhood(None) == neighbourhood("testclient") == ""


def test_proxies_are_addresses_and_networks_but_not_everybody() -> None:
    assert proxies_in("none") == ()
    assert proxies_in("10.0.0.0/8, 192.0.2.1") == (
        ip_network("10.0.0.0/8"),
        ip_network("192.0.2.1"),
    )
    for wrong in ("", "proxy.example", "10.0.0.1/8", "0.0.0.0/0", "192.0.2.1,::/0"):
        with pytest.raises(ValueError, match=r"."):
            proxies_in(wrong)


def test_those_of_other_addresses_give_no_way() -> None:
    class Waiting:
        gone = False

        def give_way(self) -> None:
            self.gone = True

    crowd, elsewhere = Crowd(), Waiting()
    crowd.join(elsewhere, "192.0.2.1")
    here = [Waiting() for _ in range(MOST_WAITING + 1)]
    for one in here:
        crowd.join(one, "192.0.2.2")
    assert [one.gone for one in (elsewhere, *here)] == [False, True] + [False] * MOST_WAITING


def test_of_too_many_addresses_those_are_forgotten_that_asked_longest_ago(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mash_shared.http.often.MOST_REMEMBERED", 2)
    often = Often[str](1, wall_clock)
    for host in ("a", "b", "a", "c"):
        often.asked(host)
    assert [often.asked(host) is None for host in ("a", "b")] == [False, True]
