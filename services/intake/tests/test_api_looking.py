"""Looking over HTTP: queues by role and by what is due, search, families who came again."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from intake.domain.case import KnownCase, known_id
from intake.domain.queue import Queue
from mash_shared.act import Person
from mash_shared.http.api import scoped
from mash_shared.messages.case import CaseStatusChanged
from mash_shared.testing import Desk, heard, person, sample
from mash_shared.vocabulary import Role
from support.front_door import HANDLERS, MANAGER, RECEIVED, RECORDER, SOCIAL_WORKER, asking, form
from support.in_process import Face, checked_over_http, face

ELSEWHERE = person(*Role, id="p-6", council="lewisham")
UNENTITLED = [person(Role.MASH_ADMINISTRATOR, id="p-7"), person(Role.HEAD_OF_SERVICE, id="p-8")]
TOBIAS = {"full_name": "Tobias Fenwick-Adair", "date_of_birth": "2016-05-31"}
WHY = {"reason_code": "caller_asks"}
BARE = {"kind", "owner", "owner_name"}
AS_CASE = {"full_name": TOBIAS["full_name"], "nhs_number": None, "address": None}
AS_CASE |= {"date_of_birth_in_part": TOBIAS["date_of_birth"]}


class Desks:
    """The front door of one hub, with people who record and look.

    All is recorded in one instant; the keys make the order of ids that in which it is recorded.
    """

    def __init__(self, intake: Face) -> None:
        self.intake = intake
        intake.employ(SOCIAL_WORKER)
        keys = (f"call-{number:08}" for number in range(40))
        self._keys = iter(sorted(keys, key=lambda key: scoped(RECORDER, key)))

    async def record(self, by: Person = RECORDER, **said: Any) -> dict[str, Any]:
        headers = {"idempotency-key": next(self._keys)}
        body = form(**({"children": [TOBIAS]} | said)).model_dump(mode="json")
        async with self.intake.client(by) as client:
            answer = await client.post("/contacts", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def queue(self, queue: str, by: Person, **query: Any) -> Any:
        async with self.intake.client(by) as client:
            return await client.get(f"/queues/{queue}", params=query)

    async def pages(self, queue: str, by: Person, limit: int) -> list[list[dict[str, Any]]]:
        page = (await self.queue(queue, by, limit=limit)).json()
        pages = [page["items"]]
        while page["next"] is not None:
            assert len(pages) < 100, "the pages never end"
            page = (await self.queue(queue, by, limit=limit, after=page["next"])).json()
            pages.append(page["items"])
        return pages

    async def search(self, by: Person, **said: Any) -> Any:
        async with self.intake.client(by) as client:
            return await client.post("/contacts/search", json=WHY | said)

    async def families(self, by: Person, **query: Any) -> Any:
        async with self.intake.client(by) as client:
            return await client.get("/top-families", params=query)

    def know(self, **changes: Any) -> None:
        """Have the case system tell of a child."""
        changed = sample(CaseStatusChanged, **changes)
        desk = Desk(KnownCase, known_id(changed.council, changed.contact_id))
        desk.store = self.intake.store
        desk.do(heard(HANDLERS.note_case_status, changed, at=changed.occurred_at))


@pytest.fixture
def hub(tmp_path: Path) -> Desks:
    return Desks(face("intake", tmp_path))


@pytest.mark.parametrize("role", Role)
async def test_everybody_is_shown_the_queues_that_they_may_read_and_no_other(
    hub: Desks, role: Role
) -> None:
    one = person(role)
    async with hub.intake.client(one) as client:
        named = (await client.get("/queues")).json()
    answers = {queue: (await hub.queue(queue, one)).status_code for queue in Queue}
    assert set(answers.values()) <= {200, 403}
    assert [queue for queue, status in answers.items() if status == 200] == named


@pytest.mark.rule("F2", "E2", "J4")
@pytest.mark.parametrize(
    ("queue", "may", "may_not"),
    [
        (Queue.GATE, Role.MASH_MANAGER, Role.SOCIAL_WORKER),
        (Queue.OVERSIGHT, Role.MASH_MANAGER, Role.SOCIAL_WORKER),
        (Queue.RECORD_COMPLETION, Role.SOCIAL_WORKER, Role.MASH_MANAGER),
        (Queue.CALL_BACKS, Role.BUSINESS_SUPPORT_OFFICER, Role.MASH_ADMINISTRATOR),
        (Queue.MATCHES, Role.MASH_MANAGER, Role.BUSINESS_SUPPORT_OFFICER),
        (Queue.OUT_OF_HOURS, Role.OUT_OF_HOURS_DUTY_SOCIAL_WORKER, Role.MASH_ADMINISTRATOR),
    ],
)
async def test_a_queue_is_the_work_of_its_roles(
    hub: Desks, queue: Queue, may: Role, may_not: Role
) -> None:
    assert (await hub.queue(queue, person(may))).status_code == 200
    refused = await hub.queue(queue, person(may_not))
    assert refused.status_code == 403
    assert "may work on" in refused.json()["detail"]


async def test_a_queue_is_sorted_by_what_is_due_first_and_says_no_more_than_it_must(
    hub: Desks,
) -> None:
    for minutes in (40, 10, 90, 60):
        await hub.record(received_at=RECEIVED - timedelta(minutes=minutes))
    page = (await hub.queue(Queue.RECORD_COMPLETION, SOCIAL_WORKER)).json()
    due = [datetime.fromisoformat(one["due_at"]) for one in page["items"]]
    assert due == [RECEIVED + timedelta(hours=24, minutes=-m) for m in (90, 60, 40, 10)]
    assert page["next"] is None
    assert "Tobias" not in str(page)


@pytest.mark.parametrize("limit", [1, 4, 5, 12, 13, 200])
async def test_pages_lose_nothing_even_when_all_is_due_at_the_same_instant(
    hub: Desks, limit: int
) -> None:
    instants = [timedelta()] * 9 + [timedelta(microseconds=500_000), timedelta(seconds=1)]
    ids = {(await hub.record(received_at=RECEIVED + after))["contact_id"] for after in instants}
    ids |= {(await hub.record(received_at=RECEIVED))["contact_id"]}
    pages = await hub.pages(Queue.RECORD_COMPLETION, SOCIAL_WORKER, limit)
    seen = [one["contact_id"] for page in pages for one in page]
    assert len(seen) == len(ids) == 12
    assert set(seen) == ids
    assert all(len(page) <= limit for page in pages)


async def test_what_is_done_leaves_its_queue(hub: Desks) -> None:
    contact = await hub.record()
    where = f"/contacts/{contact['contact_id']}/completion"
    await checked_over_http(hub.intake, contact["contact_id"], RECORDER)
    async with hub.intake.client(SOCIAL_WORKER) as client:
        await client.post(where, json={}, headers={"idempotency-key": "completion-01"})
    assert (await hub.queue(Queue.RECORD_COMPLETION, SOCIAL_WORKER)).json()["items"] == []
    assert len((await hub.queue(Queue.GATE, MANAGER)).json()["items"]) == 1


@pytest.mark.rule("S1", "O15")
async def test_no_queue_and_no_search_shows_another_council_anything(hub: Desks) -> None:
    reference = (await hub.record())["reference"]
    hub.know(**AS_CASE)
    for queue in Queue:
        assert (await hub.queue(queue, ELSEWHERE)).json()["items"] == []
    assert (await hub.search(ELSEWHERE, reference=reference, **TOBIAS)).json() == []
    assert (await hub.families(ELSEWHERE)).json() == []


@pytest.mark.rule("E1")
async def test_whoever_works_at_the_front_door_finds_child_case_and_reference(hub: Desks) -> None:
    contact = await hub.record()
    hub.know(**AS_CASE)
    case, found = (await hub.search(RECORDER, **TOBIAS)).json()
    assert (case["kind"], case["owner"]) == ("case", "sw-harriet-osei")
    assert (case["reference"], case["state"]) == ("LCS-40417", "open")
    assert (found["kind"], found["contact_id"]) == ("contact", contact["contact_id"])
    assert found["reasons"] == ["name", "date_of_birth"]
    (by_reference,) = (await hub.search(RECORDER, reference=contact["reference"])).json()
    assert by_reference["contact_id"] == contact["contact_id"]
    assert (by_reference["certainty"], by_reference["reasons"]) == ("certain", ["reference"])


@pytest.mark.rule("S1")
@pytest.mark.parametrize("by", UNENTITLED, ids=["administrator", "head_of_service"])
async def test_the_unentitled_learn_that_there_is_something_and_whose_it_is(
    hub: Desks, by: Person
) -> None:
    contact = await hub.record()
    hub.know(**AS_CASE)
    where = f"/contacts/{contact['contact_id']}/enquiry-authorisation"
    await checked_over_http(hub.intake, contact["contact_id"], RECORDER)
    async with hub.intake.client(MANAGER) as client:
        body = asking().model_dump(mode="json")
        await client.post(where, json=body, headers={"idempotency-key": "authorise-01"})
    answer = await hub.search(by, **TOBIAS)
    hits = answer.json()
    assert [(hit["kind"], hit["owner"], hit["owner_name"]) for hit in hits] == [
        ("case", "sw-harriet-osei", None),
        ("contact", "sw-4021", "Delphine Ashgrove"),
    ]
    for hit in hits:
        assert not any(value for name, value in hit.items() if name not in BARE)
    assert contact["contact_id"] not in answer.text
    assert contact["reference"] not in answer.text


async def test_a_search_for_nothing_or_for_nobody_finds_nothing(hub: Desks) -> None:
    await hub.record()
    nothing = await hub.search(RECORDER)
    assert nothing.status_code == 422
    assert (await hub.search(RECORDER, full_name="Ottilie Marchbanks")).json() == []
    assert (await hub.search(RECORDER, reference="HAV-00000-00000")).json() == []


@pytest.mark.rule("S8")
async def test_what_is_looked_for_is_in_no_log(
    hub: Desks, capsys: pytest.CaptureFixture[str]
) -> None:
    await hub.record()
    await hub.search(RECORDER, **TOBIAS)
    written = capsys.readouterr()
    assert "Fenwick" not in written.out + written.err


@pytest.mark.rule("N17", "N18")
async def test_families_who_came_again_are_named_once_each_the_greatest_harm_first(
    hub: Desks,
) -> None:
    families = {
        "9990000018": ("amber", "amber", "amber"),
        "9990000026": ("amber", "red"),
        "9990000034": ("red",),
    }
    last = [await _came(hub, number, *urgencies) for number, urgencies in families.items()]
    answer = (await hub.families(MANAGER)).json()
    assert [(one["referrals"], one["harm_level"]) for one in answer] == [(2, 2), (3, 0)]
    assert [one["contact_id"] for one in answer] == [last[1], last[0]]
    assert len((await hub.families(MANAGER, limit=1)).json()) == 1
    assert (await hub.families(RECORDER)).status_code == 403


@pytest.mark.rule("N17")
@pytest.mark.parametrize("urgencies", [("amber", "red", "amber"), ("red", "amber", "red", "amber")])
async def test_a_family_whose_harm_went_up_and_down_is_named_once(
    hub: Desks, urgencies: tuple[str, ...]
) -> None:
    await _came(hub, "9990000018", *urgencies)
    (family,) = (await hub.families(MANAGER)).json()
    assert family["harm_level"] == 2


async def _came(hub: Desks, nhs_number: str, *urgencies: str) -> str:
    """Record the contacts of one child; give the last one's id."""
    children = [{"nhs_number": nhs_number}]
    contacts = [await hub.record(children=children, urgency=urgency) for urgency in urgencies]
    return str(contacts[-1]["contact_id"])
