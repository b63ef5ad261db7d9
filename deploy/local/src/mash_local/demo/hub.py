"""The hub as people meet it: its HTTP APIs, with their own bearer tokens."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

Json = dict[str, Any]
TRIES = 5
TRY_AGAIN_AFTER = 1.0


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of one council who acts in one role."""

    id: str
    role: str
    title: str
    """What the council calls the role."""

    council: str


class UnexpectedAnswerError(Exception):
    """The hub refused or failed; the message is one sentence without personal data."""


class Hub:
    """One client for all services; a token for each person."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        addresses: Mapping[str, str],
        sign_in: Callable[[Person], str],
    ) -> None:
        self._client = client
        self._addresses = addresses
        self._sign_in = sign_in
        self._tokens: dict[Person, str] = {}

    async def read(self, service: str, path: str, person: Person) -> Any:
        """Give what is there; None where nothing is known under this path yet."""
        answer = await self._send("GET", service, path, person)
        return None if answer.status_code == httpx.codes.NOT_FOUND else answer.json()

    async def find(self, person: Person, why: str, wanted: Mapping[str, Any]) -> list[Json]:
        """Look somebody up at intake, for a reason by its code."""
        form = {"reason_code": why, **wanted}
        answer = await self._send("POST", "intake", "/contacts/search", person, json=form)
        hits: list[Json] = answer.json()
        return hits

    async def act(
        self, service: str, path: str, person: Person, form: Mapping[str, Any], key: str = ""
    ) -> tuple[int, Json]:
        """Do something once, however often it has to be sent; give status and answer."""
        headers = {"Idempotency-Key": key or uuid4().hex}
        answer = await self._send("POST", service, path, person, json=form, headers=headers)
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise UnexpectedAnswerError(f"POST {path} of {service} answered 404.")
        body: Json = answer.json()
        return answer.status_code, body

    async def _send(
        self, method: str, service: str, path: str, person: Person, **content: Any
    ) -> httpx.Response:
        url = f"{self._addresses[service]}{path}"
        headers = {**content.pop("headers", {}), "Authorization": self._token(person)}
        for _ in range(TRIES):
            try:
                answer = await self._client.request(method, url, headers=headers, **content)
            except httpx.TransportError:
                await asyncio.sleep(TRY_AGAIN_AFTER)
                continue
            if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
                await asyncio.sleep(TRY_AGAIN_AFTER)
                continue
            if answer.is_success or answer.status_code == httpx.codes.NOT_FOUND:
                return answer
            detail = answer.json().get("detail", "") if "json" in _kind(answer) else ""
            raise UnexpectedAnswerError(
                f"{method} {path} of {service} answered {answer.status_code}. {detail}".strip()
            )
        raise UnexpectedAnswerError(f"{method} {path} of {service} was not answered.")

    def _token(self, person: Person) -> str:
        if person not in self._tokens:
            self._tokens[person] = f"Bearer {self._sign_in(person)}"
        return self._tokens[person]


def _kind(answer: httpx.Response) -> str:
    return str(answer.headers.get("content-type", ""))
