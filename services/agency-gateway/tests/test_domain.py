"""What may leave for an agency, what may come back, and the ledger of it."""

import json
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agency_gateway.domain import (
    SENTENCES,
    Disclosure,
    EnvelopeDeniedError,
    Form,
    NeverAskedError,
    OtherRequestError,
    Request,
    check_envelope,
)
from agency_gateway.domain.request import MOST_RETURNED
from mash_shared.answers import Answer, Fact, Professional
from mash_shared.keeping import hash_of
from mash_shared.people import LawfulBasis
from mash_shared.testing import NOW
from mash_shared.vocabulary import ConsentStatus, ReplyState

FACT = Fact(
    fact_id="f-1",
    about=("c1-1",),
    handling="professionals_only",
    text="Two incidents at the address.",
    relevance="The children were there.",
)
WHO = {"designated_professional": Professional(full_name="Amara Whitlock", role="Sergeant")}
SAID = Answer(
    reply_id="r-1", state="information", facts=(FACT,), analysis="They grow in number.", **WHO
)
NOTHING = Answer(reply_id="r-2", state="nothing_known", **WHO)
DECLINED = Answer(reply_id="r-3", state="declined", declined_reason="More harm than good.", **WHO)
NOBODY = {"designated_professional": None}
AWAY = Answer(reply_id="r-4", state="unavailable")
ASKED = {"contact_id": "c1", "request_id": "enq-1.police", "request_hash": "h" * 64}


def _asked() -> Request:
    request = Request(id="enq-1.police", asked_by="sw-4021")
    request.hand_over(Form(copied=ASKED, child_ids=("c1-1",)), NOW)
    return request


def _disclose(request: Request, answer: Answer, request_hash: str = "h" * 64) -> bool:
    """Let a reply come; say whether it is disclosed by it, and not before or not at all."""
    copied, lines = ASKED | {"request_hash": request_hash}, len(request.disclosures)
    line = request.disclose(answer, copied=copied, at=NOW + timedelta(hours=1))
    disclosed = isinstance(line, Disclosure)
    assert len(request.disclosures) == lines + disclosed
    assert not disclosed or line is request.disclosures[-1]
    return disclosed


def _returned(request: Request, answer: Answer) -> str:
    """Let a reply come that is returned; give the code of what it lacks."""
    assert not _disclose(request, answer)
    lack = request.lack_of(answer)
    assert lack is not None
    assert lack.code in SENTENCES
    assert request.returned[-1].reply_id == answer.reply_id
    return lack.code


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
def test_another_text_under_the_same_reply_id_goes_back() -> None:
    request = _asked()
    assert _disclose(request, SAID)
    other = replace(SAID, analysis="They have stopped.")
    assert _returned(request, other) == "reply_changed"


@pytest.mark.rule("I4")
@pytest.mark.parametrize("name", sorted({f.name for f in fields(Answer)} - {"reply_id"}))
def test_the_same_reply_id_with_any_other_field_goes_back(name: str) -> None:
    other: dict[str, Any] = {
        "state": "unavailable",
        "facts": (FACT, FACT),
        "designated_professional": Professional(full_name="Iven Castleby", role="Sergeant"),
    }
    request = _asked()
    assert _disclose(request, SAID)
    said = replace(SAID, **{name: other.get(name, "sw-4021")})
    assert _returned(request, said) == "reply_changed"


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
    ("answer", "code"),
    [(replace(SAID, analysis=None), "no_analysis"), (replace(SAID, facts=()), "no_facts")],
)
def test_facts_and_their_analysis_come_together_or_not_at_all(answer: Answer, code: str) -> None:
    assert _returned(_asked(), answer) == code


@pytest.mark.rule("G5")
@pytest.mark.parametrize(
    ("facts", "code", "pointer"),
    [
        ((replace(FACT, about=("c1-1", "c2-1")),), "unknown_child", "/facts/0/about/1"),
        ((FACT, FACT), "fact_id_twice", "/facts/1/fact_id"),
    ],
)
def test_each_fact_has_an_id_and_is_about_children_whom_the_request_names(
    facts: tuple[Fact, ...], code: str, pointer: str
) -> None:
    request, said = _asked(), replace(SAID, facts=facts)
    assert _returned(request, said) == code
    assert request.returned[-1].lack.pointer == pointer


@pytest.mark.rule("G1")
@pytest.mark.parametrize("answer", [SAID, NOTHING, DECLINED], ids=lambda a: a.state)
@pytest.mark.parametrize(
    "who", [None, Professional(full_name="Amara Whitlock"), Professional(role="Sergeant")]
)
def test_somebody_answers_for_the_agency_and_is_named_with_what_they_are(
    answer: Answer, who: Professional | None
) -> None:
    request = _asked()
    assert _returned(request, replace(answer, designated_professional=who)) == "no_professional"
    assert _disclose(request, answer), "it is mended under the id that it had"


@pytest.mark.rule("G6")
@pytest.mark.parametrize("answer", [NOTHING, DECLINED, AWAY])
@pytest.mark.parametrize("analysis", [None, SAID.analysis])
def test_facts_are_information_and_nothing_else_is(answer: Answer, analysis: str | None) -> None:
    said = replace(answer, facts=(FACT,), analysis=analysis)
    assert _returned(_asked(), said) == "facts_out_of_place"


@pytest.mark.rule("G6", "I4")
@pytest.mark.parametrize("answer", [SAID, NOTHING, DECLINED])
def test_that_an_agency_cannot_answer_replaces_no_answer(answer: Answer) -> None:
    request = _asked()
    assert _disclose(request, AWAY)
    assert _disclose(request, answer)
    assert _returned(request, replace(AWAY, reply_id="r-9")) == "answered_already"
    assert [line.state for line in request.disclosures] == ["unavailable", answer.state]


@pytest.mark.rule("G1")
def test_the_newest_returned_replies_are_remembered_each_once() -> None:
    request = _asked()
    several = [replace(NOTHING, reply_id=f"r-{nth}", **NOBODY) for nth in range(MOST_RETURNED + 2)]
    for answer in [*several, several[-1]]:
        _disclose(request, answer)
    assert [line.reply_id for line in request.returned] == [one.reply_id for one in several[2:]]
    assert request.lack_of(several[0]) is None


@pytest.mark.rule("G6")
def test_nothing_known_and_unavailable_are_whole_answers() -> None:
    assert _disclose(_asked(), NOTHING)
    assert _disclose(_asked(), AWAY)


def test_declining_needs_a_reason() -> None:
    assert _returned(_asked(), replace(DECLINED, declined_reason=None)) == "no_reason"


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
