"""The way of one contact, as its people walk it: each looks at what the API shows, then acts."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from mash_local.demo.board import Board, Row, Stage, by_agency
from mash_local.demo.hub import Hub, Json, Person, UnexpectedAnswerError
from mash_local.demo.people import Staff
from mash_local.demo.samples import Judged
from mash_local.demo.sandbox import Agencies

LOOK_EVERY = 0.25
CREATED, AGAIN = 201, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Plays one contact from the first telephone call to the closed case."""

    row: Row
    staff: Staff
    hub: Hub
    board: Board
    agencies: Agencies

    async def play(self) -> None:
        """Walk the whole way; what goes wrong is noted on the row."""
        try:
            await self._record()
            await self._complete()
            await self._authorise()
            await self._collate()
            for number, child in enumerate(self.row.children):
                await self._judge(child, self.row.sample.decide[number])
            await self._tell()
            await self._close()
        except UnexpectedAnswerError as error:
            self.row.trouble = str(error)
            self.board.say(self.row.trouble, self.row)

    async def _record(self) -> None:
        sample, recorder = self.row.sample, self.staff.recorder
        received = self.board.now() - timedelta(minutes=sample.received_minutes_ago)
        form = {**sample.contact, "received_at": received.isoformat()}
        key = f"demo-{sample.council}-{self.board.rows.index(self.row)}"
        status, contact = await self.hub.act("intake", "/contacts", recorder, form, key)
        if sample.retried:
            again, same = await self.hub.act("intake", "/contacts", recorder, form, key)
            alike = contact["contact_id"] == same["contact_id"]
            self.row.same_again = alike and (status, again) == (CREATED, AGAIN)
        self.row.contact_id = contact["contact_id"]
        self.row.reference = contact["reference"]
        self.row.children = tuple(child["child_id"] for child in contact["children"])
        self.row.tasks = tuple(task["task_id"] for task in contact["tasks"])
        self.agencies.expect(self.row.contact_id, sample.agencies)
        self.board.move(self.row, Stage.RECORDED, self.staff.authoriser.title)
        if self.row.same_again:
            self.board.say("sent again under the same key: the same contact", self.row)

    async def _complete(self) -> None:
        """Do what comes first: check, take the form, speak, complete the record (B2, J4, J5)."""
        await check_children(self.hub, self.staff, self.row.contact_id)
        path = f"/contacts/{self.row.contact_id}"
        shown = await self._see("intake", path, self.staff.completer, lambda _: True)
        self.row.is_protection = shown["is_protection"]
        if shown["follow_up"] is not None:
            form = {"received_at": shown["recorded_at"], "text": "As told over the telephone."}
            await self.hub.act("intake", f"{path}/written-follow-up", self.staff.completer, form)
            self.row.forms = 1
            self.board.say("the form behind the telephoned worry has come", self.row)
        await finish_record(self.hub, self.staff, self.row.contact_id, self.row.tasks)
        if override := self.row.sample.override:
            path = f"/contacts/{self.row.contact_id}/consent-override"
            await self.hub.act("intake", path, self.staff.overrider, override)
            self.board.say("consent overridden, with a rationale on the child's record", self.row)

    async def _authorise(self) -> None:
        path, manager = f"/contacts/{self.row.contact_id}", self.staff.authoriser
        await self._see("intake", path, manager, lambda shown: shown["state"] == "recorded")
        coordinator = self.staff.coordinator.id
        form = {**self.row.sample.authorise, "coordinating_social_worker": coordinator}
        _, shown = await self.hub.act("intake", f"{path}/enquiry-authorisation", manager, form)
        await self._ask_by_telephone(shown)
        self.row.slots = dict.fromkeys(self.staff.agencies)
        self.board.move(self.row, Stage.ASKED, ", ".join(self.staff.agencies))

    async def _ask_by_telephone(self, contact: Json) -> None:
        """Ask the agencies to which nothing can be sent yet (F9)."""
        calls = [task["task_id"] for task in contact["tasks"] if task["kind"] == "ask"]
        await do_tasks(self.hub, self.staff, self.row.contact_id, calls)
        self.row.tasks = (*self.row.tasks, *calls)
        if calls:
            agencies = " and ".join(call.partition(".")[2] for call in calls)
            self.board.say(f"{agencies} asked by telephone, by a person", self.row)

    async def _collate(self) -> None:
        def is_collated(shown: Json) -> bool:
            self.row.slots = by_agency(shown["slots"])
            self.row.waits_for = ", ".join(sorted(self.row.outstanding))
            return shown["collated_at"] is not None

        path = f"/enquiries/enq-{self.row.contact_id}"
        await self._see("enquiry", path, self.staff.coordinator, is_collated)
        first = self.staff.recommender or self.staff.decider
        self.board.move(self.row, Stage.COLLATED, first.title)

    async def _judge(self, child: str, judged: Judged) -> None:
        path, staff = f"/decisions/{child}", self.staff
        if staff.recommender is not None:
            shown = await self._see("decision", path, staff.recommender, lambda _: True)
            form = _judgement(judged, shown)
            await self.hub.act("decision", f"{path}/recommendation", staff.recommender, form)
            self.board.move(self.row, Stage.RECOMMENDED, staff.decider.title)
        shown = await self._see("decision", path, staff.decider, self._is_ready)
        form = _judgement(judged, shown)
        _, shown = await self.hub.act("decision", f"{path}/outcome", staff.decider, form)
        self.row.judged[child] = shown["decision"]

    def _is_ready(self, shown: Json) -> bool:
        return self.staff.recommender is None or shown["recommendation"] is not None

    async def _tell(self) -> None:
        owed = self.row.sample.referrer not in self.staff.not_told
        self.board.move(self.row, Stage.DECIDED, "the notice" if owed else "the close")
        path, person = f"/notices/{self.row.contact_id}", self.staff.administrator

        def wants_nothing(shown: Json) -> bool:
            return shown["phase"] in ("by_person", "delivered", "not_owed")

        shown = await self._see("notify", path, person, wants_nothing)
        if shown["phase"] == "by_person":
            await self.hub.act("notify", f"{path}/told-by-person", person, {"by": "telephone"})
            self.board.say("no e-mail address: told by telephone, by a person", self.row)

    async def _close(self) -> None:
        path, manager = f"/contacts/{self.row.contact_id}", self.staff.authoriser
        await self._see("intake", path, manager, lambda shown: shown["state"] == "closed")
        self.board.move(self.row, Stage.CLOSED, "")

    async def _see(
        self, service: str, path: str, person: Person, enough: Callable[[Json], bool]
    ) -> Json:
        """Look again and again until what is shown is enough to act on."""

        async def look() -> Any:
            return await self.hub.read(service, path, person)

        shown: Json = await until(look, lambda shown: shown is not None and enough(shown))
        return shown


async def check_children(hub: Hub, staff: Staff, contact_id: str) -> None:
    """Check who the children are, as whoever recorded them does before they go any way (B2)."""
    check = {"result": "confirmed"}
    await hub.act("intake", f"/contacts/{contact_id}/demographic-check", staff.recorder, check)


async def finish_record(hub: Hub, staff: Staff, contact_id: str, tasks: Iterable[str]) -> None:
    """Do the first talks and complete the record, as a social worker."""
    await do_tasks(hub, staff, contact_id, tasks)
    await hub.act("intake", f"/contacts/{contact_id}/completion", staff.completer, {})


async def do_tasks(hub: Hub, staff: Staff, contact_id: str, tasks: Iterable[str]) -> None:
    """Speak to whom the tasks name, as a social worker."""
    path = f"/contacts/{contact_id}/task-completion"
    for task in tasks:
        form = {"task_id": task, "note": "Spoken to; what was said is with the concern."}
        await hub.act("intake", path, staff.completer, form)


async def until(look: Callable[[], Awaitable[Any]], enough: Callable[[Any], bool]) -> Any:
    """Look until it is enough; who waits sets the limit."""
    while not enough(seen := await look()):  # noqa: ASYNC110 - the hub is asked, as people do
        await asyncio.sleep(LOOK_EVERY)
    return seen


def _judgement(judged: Judged, shown: Json) -> Json:
    """Cite every reply that the decision page shows."""
    return {**judged.model_dump(), "evidence": shown["reply_ids"]}
