"""What a refusal becomes over HTTP: its status, its sentence, and the field where one is wrong."""

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel

from mash_shared.http.problems import add_problems
from mash_shared.plumbing.arrival import ChangedMeanwhileError, IdempotencyKeyReusedError
from mash_shared.plumbing.bounds import DocumentFullError, OutboxFullError
from mash_shared.vocabulary import (
    NotEntitledError,
    NotInPolicyError,
    NotKnownError,
    NotYetError,
    Refusal,
)

REFUSALS = {
    403: NotEntitledError("Only a manager may do this."),
    404: NotKnownError("Nothing is known here under this id."),
    409: Refusal("A rule said no."),
    412: ChangedMeanwhileError(),
    422: NotInPolicyError("consent.do_not_inform", ["serious_crime", "risk_to_a_person"]),
}


async def _answer(error: Exception) -> httpx.Response:
    app = FastAPI()
    add_problems(app)

    @app.get("/")
    async def refuse() -> None:
        raise error

    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub.example") as client:
        return await client.get("/")


@pytest.mark.parametrize("status", REFUSALS)
async def test_a_refusal_is_answered_with_its_own_sentence(status: int) -> None:
    answer = await _answer(REFUSALS[status])
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert answer.json()["detail"] == str(REFUSALS[status])


@pytest.mark.rule("S14")
async def test_a_code_that_no_policy_has_names_its_field_and_what_may_stand_there() -> None:
    (wrong,) = (await _answer(REFUSALS[422])).json()["errors"]
    assert wrong["field"] == "body.consent.do_not_inform"
    assert wrong["reason"] == (
        "consent.do_not_inform must be one of risk_to_a_person, serious_crime."
    )


async def test_where_a_policy_names_nothing_that_is_said() -> None:
    answer = await _answer(NotInPolicyError("extra_agencies", []))
    assert answer.json()["detail"] == "extra_agencies must be one of none at all."


async def test_what_cannot_be_taken_yet_may_be_sent_again_in_a_moment() -> None:
    answer = await _answer(NotYetError("The case index is still being searched."))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["detail"] == "The case index is still being searched."


async def test_a_full_record_is_a_conflict_unless_that_passes_by_itself() -> None:
    full, waiting = await _answer(DocumentFullError()), await _answer(OutboxFullError())
    assert (full.status_code, waiting.status_code) == (409, 503)
    assert full.json()["detail"] == "The record is full: it cannot take in more of this size."
    assert waiting.headers["retry-after"] == "1"


async def test_every_other_refusal_is_a_conflict() -> None:
    assert (await _answer(IdempotencyKeyReusedError())).status_code == 409


async def test_a_failure_of_our_own_keeps_its_words_to_itself() -> None:
    answer = await _answer(ValueError("Ottilie Marchbanks"))
    assert answer.status_code == 500
    assert "Ottilie" not in answer.text


@pytest.mark.parametrize(
    ("name", "shown"), [("unheard_of", "body.unheard_of"), ("Ada Fenwick", "body.<another name>")]
)
async def test_a_field_is_named_unless_its_name_may_be_a_persons(name: str, shown: str) -> None:
    app = FastAPI()
    add_problems(app)

    class Form(BaseModel, extra="forbid"):
        pass

    @app.post("/")
    async def take(form: Form) -> None: ...

    take.__annotations__["form"] = Form
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub.example") as client:
        answer = await client.post("/", json={name: 1})
    assert answer.json()["errors"][0]["field"] == shown
    assert "Ada" not in answer.text
