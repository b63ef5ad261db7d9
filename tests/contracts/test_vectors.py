"""The vectors of the adapter kit are what the real gateway says, and leave out nothing of it."""

import hashlib
import json
from typing import Any

import pytest

from mash_shared.receipt_codes import CODES
from support import vectors

HASHES: list[dict[str, Any]] = json.loads((vectors.VECTORS / "hashes.json").read_bytes())
REPLIES: dict[str, Any] = json.loads((vectors.VECTORS / "replies.json").read_bytes())
NOT_BY_A_REPLY = {"erased", "nothing_taken", "said_otherwise", "full", "failed"}
"""What no single reply to a request of police brings about."""


@pytest.mark.rule("I5")
def test_the_vectors_are_what_the_gateway_says_today() -> None:
    for file, text in vectors.files().items():
        assert file.read_text() == text, f"{file.name}: run `make docs`"


@pytest.mark.parametrize("one", HASHES, ids=lambda one: one["name"])
def test_a_hash_is_made_as_the_page_says(one: dict[str, Any]) -> None:
    fields = {name: value for name, value in one["request"].items() if name != "request_hash"}
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode("ascii")).hexdigest() == one["request_hash"]


def test_every_code_that_one_reply_can_get_has_a_vector() -> None:
    told = {case["receipt"].get("code") for case in REPLIES["cases"]}
    assert told - {None} == CODES.keys() - NOT_BY_A_REPLY
    assert {case["receipt"]["became"] for case in REPLIES["cases"]} >= {"taken", "repeated"}
    for case in REPLIES["cases"]:
        if code := case["receipt"].get("code"):
            assert case["receipt"]["became"] == CODES[code].became
