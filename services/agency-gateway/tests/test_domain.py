"""What may leave for an agency, what may come back, and the ledger of it."""

import json
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agency_gateway.domain import (
    AnsweredAlreadyError,
    EnvelopeDeniedError,
    FactsOutOfPlaceError,
    Form,
    NeverAskedError,
    NoAnalysisError,
    NoReasonError,
    OtherRequestError,
    ReplyChangedError,
    Request,
    check_envelope,
)
from mash_shared.keeping import hash_of
from mash_shared.people import Answer, Fact, LawfulBasis
from mash_shared.testing import NOW
from mash_shared.vocabulary import ConsentStatus, ReplyState

FACT = Fact(text="Two incidents at the address.", relevance="The children were there.")
SAID = Answer(reply_id="r-1", state="information", facts=(FACT,), analysis="They grow in number.")
NOTHING = Answer(reply_id="r-2", state="nothing_known")
DECLINED = Answer(reply_id="r-3", state="declined", declined_reason="More harm than good.")
AWAY = Answer(reply_id="r-4", state="unavailable")
ASKED = {"contact_id": "c1", "request_id": "enq-1.police", "request_hash": "h" * 64}


def _asked() -> Request:
    request = Request(id="enq-1.police", asked_by="sw-4021")
    request.hand_over(Form(copied=ASKED, child_ids=("c1-1",)), NOW)
    return request


def _disclose(request: Request, answer: Answer, request_hash: str = "h" * 64) -> bool:
    copied = ASKED | {"request_hash": request_hash}
    line = request.disclose(answer, copied=copied, at=NOW + timedelta(hours=1))
    assert line is None or line is request.disclosures[-1]
    return line is not None


@pytest.mark.rule("G3")
@pytest.mark.parametrize("answer", [SAID, NOTHING, DECLINED, AWAY], ids=lambda a: a.state)
def test_every_answer_has_its_line_in_the_ledger(answer: Answer) -> None:
    request = _asked()
    assert _disclose(request, answer)
    (line,) = request.disclosures
    assert line.reply_id == answer.reply_id
    assert line.state is ReplyState(answer.state)
    assert line.to == "sw-4021"
    assert line.about == ("c1-1",)
    assert line.disclosed_at == NOW + timedelta(hours=1)


@pytest.mark.rule("I4")
def test_the_same_reply_again_has_no_second_line() -> None:
    request = _asked()
    assert _disclose(request, SAID)
    assert not _disclose(request, SAID)
    assert len(request.disclosures) == 1


@pytest.mark.rule("I4")
def test_another_text_under_the_same_reply_id_is_quarantined() -> None:
    request = _asked()
    assert _disclose(request, SAID)
    with pytest.raises(ReplyChangedError):
        _disclose(request, replace(SAID, analysis="They have stopped."))
    assert len(request.disclosures) == 1


@pytest.mark.rule("I4")
@pytest.mark.parametrize("name", sorted({f.name for f in fields(Answer)} - {"reply_id"}))
def test_the_same_reply_id_with_any_other_field_is_quarantined(name: str) -> None:
    other = {"state": "unavailable", "facts": (FACT, FACT)}
    request = _asked()
    assert _disclose(request, SAID)
    with pytest.raises(ReplyChangedError):
        _disclose(request, replace(SAID, **{name: other.get(name, "sw-4021")}))
    assert len(request.disclosures) == 1


@pytest.mark.rule("I4")
def test_a_correction_is_a_line_of_its_own() -> None:
    request = _asked()
    assert _disclose(request, SAID)
    assert _disclose(request, replace(SAID, reply_id="r-9", analysis="They have stopped."))
    first, second = request.disclosures
    assert first.reply_hash != second.reply_hash


@pytest.mark.rule("I5")
def test_a_reply_to_what_was_never_asked_is_quarantined() -> None:
    request = Request(id="enq-1.police")
    with pytest.raises(NeverAskedError):
        _disclose(request, SAID)
    assert request.disclosures == []


@pytest.mark.rule("I5")
@pytest.mark.parametrize("wrong", ["", "h" * 63, "H" * 64, "x"])
def test_a_reply_that_quotes_another_hash_is_quarantined(wrong: str) -> None:
    request = _asked()
    with pytest.raises(OtherRequestError):
        _disclose(request, SAID, wrong)
    assert request.disclosures == []


@pytest.mark.rule("G2")
@pytest.mark.parametrize(
    "answer",
    [
        replace(SAID, analysis=None),
        replace(SAID, facts=()),
    ],
)
def test_facts_and_their_analysis_come_together_or_not_at_all(answer: Answer) -> None:
    with pytest.raises(NoAnalysisError):
        _disclose(_asked(), answer)


@pytest.mark.rule("G6")
@pytest.mark.parametrize("answer", [NOTHING, DECLINED, AWAY])
@pytest.mark.parametrize("analysis", [None, SAID.analysis])
def test_facts_are_information_and_nothing_else_is(answer: Answer, analysis: str | None) -> None:
    with pytest.raises(FactsOutOfPlaceError):
        _disclose(_asked(), replace(answer, facts=(FACT,), analysis=analysis))


@pytest.mark.rule("G6", "I4")
@pytest.mark.parametrize("answer", [SAID, NOTHING, DECLINED])
def test_that_an_agency_cannot_answer_replaces_no_answer(answer: Answer) -> None:
    request = _asked()
    assert _disclose(request, AWAY)
    assert _disclose(request, answer)
    with pytest.raises(AnsweredAlreadyError):
        _disclose(request, replace(AWAY, reply_id="r-9"))
    assert [line.state for line in request.disclosures] == ["unavailable", answer.state]


@pytest.mark.rule("G6")
def test_nothing_known_and_unavailable_are_whole_answers() -> None:
    assert _disclose(_asked(), NOTHING)
    assert _disclose(_asked(), AWAY)


def test_declining_needs_a_reason() -> None:
    with pytest.raises(NoReasonError):
        _disclose(_asked(), replace(DECLINED, declined_reason=None))


@pytest.mark.rule("D12")
@pytest.mark.parametrize("status", ConsentStatus)
@pytest.mark.parametrize("rationale", [True, False])
def test_an_override_without_rationale_is_denied(status: ConsentStatus, *, rationale: bool) -> None:
    basis = LawfulBasis(
        basis="public_task",
        consent_status=status,
        override_rationale_recorded=rationale,
        policy_version="havering/1.0+0",
    )
    if status is ConsentStatus.OVERRIDDEN and not rationale:
        with pytest.raises(EnvelopeDeniedError):
            check_envelope(basis)
    else:
        check_envelope(basis)


@settings(deadline=None)
@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none() | st.lists(st.text())))
def test_a_hash_is_that_of_the_fields_and_not_of_their_order(fields: dict[str, Any]) -> None:
    backwards = dict(reversed(fields.items()))
    assert hash_of(fields) == hash_of(backwards) == hash_of(json.loads(json.dumps(fields)))
    assert hash_of(fields) != hash_of(fields | {"one more": ""})
    assert len(hash_of(fields)) == 64
