"""What conformance says without a broker: of a reply, of an outcome, of what cannot be tried."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from agency_gateway.conformance.__main__ import app
from agency_gateway.conformance.cases import CASES
from agency_gateway.conformance.offline import judge
from agency_gateway.conformance.report import Outcome, junit, summary
from mash_shared.receipt_codes import CODES
from mash_shared.testing import ROOT

VECTORS: dict[str, Any] = json.loads(
    (ROOT / "deploy" / "adapters" / "vectors" / "replies.json").read_bytes()
)
ONE_REPLY = [
    case
    for case in VECTORS["cases"]
    if not case.keys() & {"before", "taken_back", "never_asked", "raw"}
]


def _changed(whole: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**whole, **change}.items() if value is not None}


@pytest.mark.parametrize("case", ONE_REPLY, ids=lambda case: case["name"])
async def test_a_reply_judged_offline_is_judged_as_the_vectors_say(case: dict[str, Any]) -> None:
    reply = VECTORS["reply"]
    record = {
        "topic": case.get("topic", reply["topic"]),
        "key": case.get("key", reply["key"]),
        "headers": reply["headers"] | case.get("headers", {}),
        "body": _changed(reply["body"], case.get("body", {})),
    }
    receipt = await judge(json.dumps(record).encode(), json.dumps(VECTORS["request"]).encode())
    wanted = case["receipt"]
    assert receipt.became == wanted["became"]
    assert (receipt.code, receipt.pointer) == (wanted.get("code"), wanted.get("pointer"))


@pytest.mark.parametrize(
    ("text", "status", "says"),
    [
        (json.dumps(VECTORS["reply"]["body"]), 0, "was taken."),
        (json.dumps(_changed(VECTORS["reply"]["body"], {"analysis": None})), 1, "no_analysis"),
        ("{not JSON", 1, "the body is not JSON"),
        ("[]", 1, "contract"),
    ],
)
def test_validate_reply_says_it_in_words_and_by_its_exit_status(
    tmp_path: Path, text: str, status: int, says: str
) -> None:
    file = tmp_path / "reply.json"
    file.write_text(text)
    done = CliRunner().invoke(app, ["validate-reply", str(file)])
    assert (done.exit_code, says in done.output) == (status, True), done.output
    if status and "no_analysis" in says:
        assert CODES["no_analysis"].mend in done.output


def test_what_cannot_be_tried_ends_with_a_status_of_its_own(tmp_path: Path) -> None:
    reply = tmp_path / "reply.json"
    reply.write_text(json.dumps(VECTORS["reply"]))
    no_request = tmp_path / "request.json"
    no_request.write_text("{}")
    for words in (
        ["validate-reply", str(tmp_path / "none.json")],
        ["validate-reply", str(reply), "--request", str(no_request)],
        ["run", "police", "--kafka", "open://127.0.0.1:1"],
        ["run", "police", "--kafka", "127.0.0.1"],
    ):
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 2, done.output


def test_an_outcome_is_told_in_words_and_as_junit() -> None:
    first, second = CASES[:2]
    outcomes = [Outcome(first, (), 0.5), Outcome(second, ("one thing.", "another."), 1.5)]
    assert summary(outcomes) == "1 right, 1 wrong."
    assert [next(one.lines()).split()[0] for one in outcomes] == ["right", "wrong"]
    suite = ET.fromstring(junit("police", outcomes))  # noqa: S314 - we have just written it
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    (failure,) = suite.iter("failure")
    assert failure.text == "one thing.\nanother."
