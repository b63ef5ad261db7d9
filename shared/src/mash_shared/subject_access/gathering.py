"""Asking every service for what it holds of a person's contacts, and for who saw them (S9).

What a service cannot be asked makes the bundle incomplete, and it says so: nothing is missing in
silence.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx

Raw = dict[str, Any]

REASON = "subject_access_request"
TRIES = 5
LONGEST_WAIT = 120.0
"""Seconds for which a service may ask to be left alone."""
NOT_IN_IT = (
    "Parked records, which `python -m mash_shared.parked` lists, and what topics still keep.",
    "Backups: they hold what is here, as it was.",
    "Contacts and cases that are merely alike: they stand under `found` as not taken.",
)
LOOK_THROUGH = (
    "Here is what other people said, and what is said of them: look through it before anything is "
    "given out."
)


class NotAskedError(Exception):
    """A service did not answer as it should; `str(error)` says how, without what was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The hub's services over HTTP, as one person with a token."""

    client: httpx.Client
    urls: Mapping[str, str]
    sleep: Callable[[float], None] = time.sleep

    def search(self, who: Raw) -> list[Raw]:
        """Look somebody up; gives hits. Raises `NotAskedError`."""
        form = who | {"reason_code": REASON}
        hits: list[Raw] = self._ask("intake", "POST", "/contacts/search", json=form).json()
        return hits

    def pages(self, service: str, path: str, what: str) -> Iterator[Raw]:
        """Give all that the pages of a route have; none where nothing is known there."""
        after: str | None = None
        while True:
            asked = {} if after is None else {"after": after}
            answer = self._ask(service, "GET", path, params=asked)
            if answer.status_code == httpx.codes.NOT_FOUND:
                return
            page: Raw = answer.json()
            yield from page[what]
            after = page["next"]
            if after is None:
                return

    def _ask(self, service: str, method: str, path: str, **how: Any) -> httpx.Response:
        """Ask once more whenever it says for how long it is to be left alone."""
        for _ in range(TRIES):
            try:
                answer = self.client.request(method, f"{self.urls[service]}{path}", **how)
            except httpx.HTTPError as error:
                raise NotAskedError(f"It could not be reached: {type(error).__name__}.") from None
            if answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
                break
            self.sleep(min(float(answer.headers.get("retry-after", "1")), LONGEST_WAIT))
        if answer.is_success or answer.status_code == httpx.codes.NOT_FOUND:
            return answer
        raise NotAskedError(f"It answered {answer.status_code}: {_detail(answer)}")


def _detail(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return "no reason was given."


@dataclass(slots=True, kw_only=True)
class Bundle:
    """What was gathered, and what could not be asked."""

    services: Services
    not_asked: list[Raw] = field(default_factory=list)

    def gather(self, who: Raw, also: Iterable[str]) -> Raw:
        """Gather what is held of whoever is certainly meant, and of further contacts by id."""
        found = [hit | {"taken": _is_taken(hit)} for hit in self.services.search(who)]
        taken = [hit for hit in found if hit["taken"]]
        contacts = dict.fromkeys([*(hit["contact_id"] for hit in taken), *also])
        cases = dict.fromkeys(hit["reference"] for hit in taken if hit["kind"] == "case")
        held: Raw = {
            "found": found,
            "contacts": {one: self._of_contact(one) for one in contacts if one is not None},
            "cases": {
                one: self._all("intake", f"/cases/{quote(one, safe='')}/held", "documents")
                for one in cases
            },
        }
        notes: Raw = {"not_in_it": NOT_IN_IT, "look_through": LOOK_THROUGH}
        return {"complete": not self.not_asked, "not_asked": self.not_asked, **held, **notes}

    def _of_contact(self, contact_id: str) -> Raw:
        path = f"/contacts/{quote(contact_id, safe='')}"
        missed = len(self.not_asked)
        found = {
            service: {
                "held": self._all(service, f"{path}/held", "documents"),
                "seen": self._all(service, f"{path}/access", "lines"),
            }
            for service in self.services.urls
        }
        if missed == len(self.not_asked) and not any(one["held"] for one in found.values()):
            self._miss("every service", path, "Nothing is known under this id.")
        return found

    def _all(self, service: str, path: str, what: str) -> list[Raw]:
        some: list[Raw] = []
        try:
            some.extend(self.services.pages(service, path, what))
        except NotAskedError as error:
            self._miss(service, path, str(error))
        return some

    def _miss(self, service: str, path: str, why: str) -> None:
        self.not_asked.append({"service": service, "path": path, "why": why})


def _is_taken(hit: Raw) -> bool:
    return bool(hit["certainty"] == "certain")
