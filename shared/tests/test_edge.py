"""Strangers, and connections that never come to an end, on a real socket (S10, S14)."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from mash_shared.http import edge, guarded
from support.on_a_socket import HOST, SOON, Served, end, serving

CAREFUL = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(tmp_path) as one:
        yield one


def _signed_in(served: Served, *lines: str) -> bytes:
    return served.head(f"authorization: Bearer {served.token}", *lines)


BODY = b'{"word": "quince"}'


@pytest.mark.rule("S10")
async def test_a_stranger_is_turned_away_before_the_body_has_come(served: Served) -> None:
    answer = await served.answer_to(served.head("content-length: 1000000"))
    assert answer.startswith(b"HTTP/1.1 401 ")
    assert served.told == []


@pytest.mark.rule("S10")
@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/words", "/nothing"])
async def test_nothing_is_there_for_strangers(served: Served, path: str) -> None:
    async with httpx.AsyncClient(base_url=served.url) as client:
        assert (await client.get(path)).status_code == 401


async def test_the_description_is_for_whoever_is_signed_in_and_loads_from_nowhere(
    served: Served,
) -> None:
    async with httpx.AsyncClient(base_url=served.url, headers=served.signed_in) as client:
        described, page = await client.get("/openapi.json"), await client.get("/docs")
    assert (described.status_code, page.status_code) == (200, 404)


async def test_every_answer_is_kept_nowhere_and_taken_for_nothing_else(served: Served) -> None:
    async with httpx.AsyncClient(base_url=served.url) as client:
        answers = [
            await client.post("/words", content=BODY, headers=headers)
            for headers in ({}, served.signed_in)
        ]
        answers += [
            await client.get("/nothing", headers=served.signed_in),
            await client.post("/words", content=b"{}", headers=served.signed_in),
        ]
    assert [answer.status_code for answer in answers] == [401, 200, 404, 422]
    for answer in answers:
        assert CAREFUL.items() <= dict(answer.headers).items()


@pytest.mark.rule("S14")
@pytest.mark.parametrize("begun", [b"", b"POST /words HTTP/1.1\r\nhost: h\r\n"])
async def test_a_head_that_does_not_come_whole_is_waited_for_so_long(
    served: Served, begun: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarded, "HEAD_WITHIN", 0.2)
    assert (await served.answer_to(begun)).startswith(b"HTTP/1.1 408 ")


@pytest.mark.rule("S14")
async def test_a_later_head_of_a_connection_is_waited_for_as_long(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _signed_in(served, f"content-length: {len(BODY)}") + BODY
    reader, writer = await asyncio.open_connection(HOST, served.port)
    writer.write(first)
    await reader.readuntil(b"\r\n\r\n{}")
    monkeypatch.setattr(guarded, "HEAD_WITHIN", 0.2)
    writer.write(b"POST /words HTTP/1.1\r\n")
    async with asyncio.timeout(SOON):
        rest = await reader.read()
    await end(writer)
    assert rest.startswith(b"HTTP/1.1 408 ")


@pytest.mark.rule("S14")
async def test_a_head_without_end_is_refused(served: Served) -> None:
    line = b"x-word: " + b"a" * 8000 + b"\r\n"
    answer = await served.answer_to(b"POST /words HTTP/1.1\r\n", *[line] * 9)
    assert answer.startswith(b"HTTP/1.1 431 ")


@pytest.mark.rule("S14")
async def test_a_body_that_does_not_come_whole_is_waited_for_so_long(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "BODY_WITHIN", 0.2)
    head = _signed_in(served, f"content-length: {len(BODY)}", "connection: close")
    answer = await served.answer_to(head, BODY[:5])
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"did not come within" in answer
    assert served.told == []


async def test_what_comes_slowly_and_whole_is_taken(served: Served) -> None:
    head = _signed_in(served, f"content-length: {len(BODY)}", "connection: close")
    answer = await served.answer_to(head[:30], head[30:], BODY[:5], BODY[5:])
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert served.told == ["quince"]
