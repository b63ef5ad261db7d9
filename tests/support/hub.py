"""People at the hub: they record, authorise, recommend and decide over HTTP until it is taken."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from mash_local.services import POLICIES
from mash_local.stack import Stack
from mash_shared.policy import Pack, load_packs
from support.play import NotTakenError, Play, Upto
from support.staff import COORDINATOR, staff_id

WITHIN = 900.0
"""Seconds after which a contact counts as stuck; none comes near, on a busy machine either."""
FIRST_WAIT, LONGEST_WAIT = 0.1, 1.0

__all__ = ["Hub", "NotTakenError", "Play", "Upto"]


class Hub:
    """A client that keeps trying under the same Idempotency-Key; `within` bounds every play."""

    def __init__(self, stack: Stack, policies: Path = POLICIES) -> None:
        self._stack = stack
        self._packs = load_packs(policies)
        self._tokens: dict[tuple[str, str], str] = {}
        self._threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="people")

    def play(
        self, plays: Sequence[Play], *, every: float = 0.0, within: float = WITHIN
    ) -> list[Play]:
        """Take contacts as far as each says; start one each `every` seconds."""
        return self.start(plays, every=every, within=within).result()

    def start(
        self, plays: Iterable[Play], *, every: float = 0.0, within: float = WITHIN
    ) -> "Future[list[Play]]":
        """Begin in the background, so that something may be broken meanwhile.

        `plays` is taken from as time goes by, so it may be endless until somebody ends it.
        """
        return self._threads.submit(lambda: asyncio.run(self._all(plays, every, within)))

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _all(self, plays: Iterable[Play], every: float, within: float) -> list[Play]:
        """Take every contact its way, whatever becomes of the others; raise the first failure."""
        async with httpx.AsyncClient(timeout=15) as client:
            ways, begun = [], []
            for play in plays:
                way = _Way(self, client, play, time.monotonic() + within)
                begun.append(play)
                ways.append(asyncio.create_task(way.go()))
                await asyncio.sleep(every)
            ends = await asyncio.gather(*ways, return_exceptions=True)
        for failure in ends:
            if failure is not None:
                raise failure
        return begun

    def pack(self, council: str) -> Pack:
        """Give a council's policy, which says who may do what."""
        return self._packs.of(council)

    def received_at(self, ago: timedelta) -> str:
        """Give a moment of the run's clock in the past."""
        return (self._stack.time.now() - ago).isoformat()

    def headers(self, council: str, role: str, key: str) -> dict[str, str]:
        """Sign a person in and name the act."""
        if (role, council) not in self._tokens:
            token = self._stack.token(role=role, person=staff_id(role), council=council)
            self._tokens[role, council] = f"Bearer {token}"
        return {"authorization": self._tokens[role, council], "idempotency-key": key}

    def sign_in_anew(self) -> None:
        """Have everybody take another token for what they do next."""
        self._tokens.clear()

    def address(self, service: str) -> str:
        """Where a service listens."""
        return self._stack.addresses[service]


@dataclass(frozen=True, slots=True)
class _Step:
    """One request; `not_yet` are answers that only mean that the hub has not come so far."""

    service: str
    path: str
    role: str
    act: str
    body: Any = None
    not_yet: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Way:
    """One play on its way."""

    hub: Hub
    client: httpx.AsyncClient
    play: Play
    deadline: float

    async def go(self) -> None:
        """Take the contact as far as it is to go."""
        play, pack = self.play, self.hub.pack(self.play.council)
        recorder, manager = pack.contact.first_recorders[0], pack.gate.roles[0]
        form = play.form(self.hub.received_at(play.received_ago))
        answer = await self._act(_Step("intake", "/contacts", recorder, "record", form))
        play.contact_id = answer["contact_id"]
        play.accepted.add("recorded")
        await self._complete(pack, answer["tasks"])
        if play.upto < Upto.AUTHORISED:
            return
        reason = {
            "reason_code": next(iter(pack.gate.reasons)),
            "reason": "To be decided together.",
            "coordinating_social_worker": COORDINATOR,
        }
        path = f"/contacts/{play.contact_id}/enquiry-authorisation"
        await self._act(_Step("intake", path, manager, "authorise", reason))
        play.accepted.add("authorised")
        if play.upto >= Upto.DECIDED:
            await self._decide(pack)
        if play.upto >= Upto.CLOSED:
            await self._see_closed(manager)

    async def _complete(self, pack: Pack, tasks: Iterable[dict[str, Any]]) -> None:
        """Speak to people, check the details, complete the record (B2, J4, J5)."""
        path, role = f"/contacts/{self.play.contact_id}", pack.contact.record_completed_by[0]
        for task in tasks:
            form = {"task_id": task["task_id"], "note": "Spoken to."}
            act = f"talk.{task['task_id']}"
            await self._act(_Step("intake", f"{path}/task-completion", role, act, form))
        check = {"result": "confirmed"}
        await self._act(_Step("intake", f"{path}/demographic-check", role, "check", check))
        complete = _Step("intake", f"{path}/completion", role, "complete", {}, frozenset({409}))
        wait = FIRST_WAIT
        while await self._try(complete) is None:
            await self._tell_apart(path, pack.gate.roles[0])
            wait = await self._wait(wait, complete.act)

    async def _tell_apart(self, path: str, role: str) -> None:
        """Say of whoever was found that they are somebody else: no two plays share a child (E)."""
        shown = await self._try(_Step("intake", path, role, "look"))
        for match in shown["matches"] if shown else ():
            record = match["found"]["record_id"]
            form = {"record_id": record, "same": False, "reason": "Other names and other days."}
            act = f"apart.{record}"
            step = _Step("intake", f"{path}/match-decisions", role, act, form, frozenset({409}))
            await self._try(step)

    async def _decide(self, pack: Pack) -> None:
        judgement = {"outcome": next(iter(pack.outcomes)), "rationale": "All was considered."}
        for child in self.play.child_ids:
            for role, act in (
                (pack.deciding.recommender_roles[0], "recommendation"),
                (pack.deciding.decider_roles[0], "outcome"),
            ):
                path, name = f"/decisions/{child}/{act}", f"{act}.{child[-2:]}"
                await self._act(_Step("decision", path, role, name, judgement, frozenset({404})))
        self.play.accepted.add("decided")

    async def _see_closed(self, role: str) -> None:
        """Look until the contact is closed; tell the referrer where no machine could."""
        step = _Step("intake", f"/contacts/{self.play.contact_id}", role, "see")
        wait = FIRST_WAIT
        while True:
            shown = await self._try(step)
            if shown is not None:
                self.play.sightings.append((shown["version"], shown["state"]))
                if shown["state"] == "closed":
                    self.play.accepted.add("closed")
                    return
                because = shown["not_told_because"]
                if because not in {None, "anonymous"} and "told" not in self.play.accepted:
                    await self._tell()
            wait = await self._wait(wait, "closing")

    async def _tell(self) -> None:
        path, how = f"/notices/{self.play.contact_id}/told-by-person", {"by": "telephone"}
        await self._act(_Step("notify", path, "mash_administrator", "tell", how))
        self.play.accepted.add("told")

    async def _act(self, step: _Step) -> dict[str, Any]:
        wait = FIRST_WAIT
        while True:
            answer = await self._try(step)
            if answer is not None:
                return answer
            wait = await self._wait(wait, step.act)

    async def _try(self, step: _Step) -> dict[str, Any] | None:
        """Ask once; None where it has to be asked again under the same key."""
        role = self.play.by or step.role
        headers = self.hub.headers(self.play.council, role, f"{self.play.key}.{step.act}")
        url = f"{self.hub.address(step.service)}{step.path}"
        method = "GET" if step.body is None else "POST"
        try:
            answer = await self.client.request(method, url, json=step.body, headers=headers)
        except httpx.TransportError:
            self.play.retries += 1
            return None
        if answer.is_success:
            taken: dict[str, Any] = answer.json()
            return taken
        if answer.is_server_error:
            self.play.retries += 1
        elif answer.status_code not in step.not_yet:
            raise NotTakenError(
                f"{step.act} of {self.play.contact_id}: {answer.status_code} {answer.text}"
            )
        return None

    async def _wait(self, wait: float, act: str) -> float:
        if time.monotonic() > self.deadline:
            raise NotTakenError(f"{act} of {self.play.contact_id} was not taken in time")
        await asyncio.sleep(wait)
        return min(wait * 1.5, LONGEST_WAIT)
