"""Recommending and deciding over HTTP."""

from pathlib import Path
from typing import Any

import pytest

from decision.domain import Decision
from decision.handlers import DecisionHandlers
from mash_shared.messages.contact import ChildWork, ContactWorkOutstanding
from mash_shared.messages.enquiry import EnquiryCollated
from mash_shared.reminders import Reminder
from mash_shared.testing import Desk, heard, packs, person, sample
from mash_shared.vocabulary import Role
from support.in_process import Face, face

COLLATED = sample(EnquiryCollated)
CHILD = COLLATED.child_ids[0]
WORKER = person(Role.SOCIAL_WORKER, id="p-worker")
MANAGER = person(Role.MASH_MANAGER, id="p-manager")
JUDGEMENT = {"outcome": "early_help", "rationale": "The family asks for help."}


@pytest.fixture
def decisions(tmp_path: Path) -> Face:
    desk = Desk(Decision, CHILD, "decision")
    desk.do(heard(DecisionHandlers(packs()).open_decision, COLLATED))
    built = face("decision", tmp_path)
    built.keep(desk.aggregate)
    return built


async def _judge(
    decisions: Face, act: str, by: Any, body: Any = None, key: str = "judging-0001"
) -> Any:
    async with decisions.client(by) as client:
        return await client.post(
            f"/decisions/{CHILD}/{act}",
            json=JUDGEMENT if body is None else body,
            headers={"idempotency-key": key},
        )


@pytest.mark.rule("H3", "H9")
async def test_one_recommends_and_one_decides_once(decisions: Face) -> None:
    first = await _judge(decisions, "recommendation", WORKER)
    assert first.status_code == 200
    assert first.json()["recommendation"]["by"] == "p-worker"
    decided = await _judge(decisions, "outcome", MANAGER)
    again = await _judge(decisions, "outcome", MANAGER)
    other = await _judge(decisions, "outcome", MANAGER, key="judging-0002")
    assert decided.json()["decision"]["kind"] == "early_help"
    assert (again.status_code, again.json()) == (200, decided.json())
    assert other.status_code == 409


@pytest.mark.rule("S1")
async def test_whose_role_is_gone_is_shown_nothing_by_an_act_sent_again(decisions: Face) -> None:
    gone = person(Role.MASH_ADMINISTRATOR, id=WORKER.id)
    assert (await _judge(decisions, "recommendation", WORKER)).status_code == 200
    answer = await _judge(decisions, "recommendation", gone)
    assert (answer.status_code, "recommend an outcome" in answer.json()["detail"]) == (403, True)
    assert (await _judge(decisions, "recommendation", WORKER)).status_code == 200


async def test_deciding_first_is_refused_where_a_recommendation_is_needed(decisions: Face) -> None:
    answer = await _judge(decisions, "outcome", MANAGER)
    assert answer.status_code == 409
    assert answer.json()["detail"] == "A recommendation must be recorded first."


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body.outcome"),
        (JUDGEMENT | {"outcome": ["early_help"]}, "body.outcome"),
        (JUDGEMENT | {"evidence": "r-1"}, "body.evidence"),
        (JUDGEMENT | {"decided_by": "p-9"}, "body.decided_by"),
    ],
)
async def test_a_wrong_field_is_named(decisions: Face, body: Any, field: str) -> None:
    answer = await _judge(decisions, "recommendation", WORKER, body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


async def test_an_unknown_outcome_is_refused_with_those_there_are(decisions: Face) -> None:
    answer = await _judge(
        decisions, "recommendation", WORKER, JUDGEMENT | {"outcome": "banishment"}
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "body.outcome"
    assert "early_help" in answer.json()["detail"]


async def test_others_neither_read_nor_judge(decisions: Face) -> None:
    stranger = person(Role.SOCIAL_WORKER, Role.MASH_MANAGER, council="lewisham")
    assert (await _judge(decisions, "outcome", WORKER)).status_code == 403
    assert (await _judge(decisions, "outcome", stranger)).status_code == 404
    assert (await _judge(decisions, "outcome", None)).status_code == 401
    async with decisions.client(stranger) as client:
        assert (await client.get(f"/decisions/{CHILD}")).status_code == 404
    async with decisions.client(MANAGER) as client:
        assert (await client.get(f"/decisions/{CHILD}")).json()["gaps"] == list(COLLATED.gaps)
        assert (await client.get("/decisions/nothing")).status_code == 404


@pytest.mark.rule("N1", "O13")
async def test_whoever_decides_reads_what_is_easily_overlooked_of_the_child(
    decisions: Face,
) -> None:
    handlers, desk = DecisionHandlers(packs()), Desk(Decision, CHILD, "decision")
    desk.do(heard(handlers.open_decision, COLLATED))
    for edition, reminders in enumerate(([Reminder.DISABILITY_PRESSURES], []), start=8):
        work = ChildWork(child_id=CHILD, reminders=tuple(reminders))
        told = sample(ContactWorkOutstanding, children=[work], edition=edition)
        desk.do(heard(handlers.note_work_outstanding, told))
        decisions.keep(desk.aggregate)
        async with decisions.client(WORKER) as client:
            shown = (await client.get(f"/decisions/{CHILD}")).json()
        assert len(shown["reminders"]) == len(reminders)
        assert all("disability" in one for one in shown["reminders"])
