"""What the database holds is sealed, field by field, and its keys lie elsewhere (security S7)."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from mash_shared.plumbing.faults import CannotRunError
from mash_shared.plumbing.outages import is_outage
from mash_shared.sealing.form import DataKey, Plan, SealBrokenError
from mash_shared.sealing.keys import KeyFile, KeyRefusedError, KeysAwayError, drawn
from sealed.domain import PLAN, raw

KEY = DataKey("contact/c", "toytown", bytes(32))
SEARCH = DataKey("search/toytown", "toytown", bytes(range(32)))
WORD = "Zq1xvbplanted"


def closed(**more: Any) -> dict[str, Any]:
    return PLAN.seal(raw("p", words=[WORD], **more), KEY, SEARCH)


def test_a_document_is_opened_as_it_was() -> None:
    before = raw("p", words=[WORD, "é"], found_by=["name:zq"], waiting=b"\x00body")
    assert PLAN.open(PLAN.seal(before, KEY, SEARCH), KEY) == before


@pytest.mark.rule("S7")
def test_every_field_that_is_not_plain_is_sealed() -> None:
    state = closed(found_by=[f"name:{WORD}"])["state"]
    assert {name for name, value in state.items() if isinstance(value, bytes)} == {
        "words", "number", "found_by", "urgency",
    }  # fmt: skip


def test_no_word_is_left_in_the_clear() -> None:
    assert WORD not in repr(closed(found_by=[f"name:{WORD}"], waiting=WORD.encode()))


def test_the_same_words_never_look_the_same() -> None:
    assert closed()["state"]["words"] != closed()["state"]["words"]


@pytest.mark.rule("S7")
@pytest.mark.parametrize(
    "moved",
    [
        {"_id": "another document"},
        {"state": {"number": closed()["state"]["words"]}},
        {"state": {"words": closed()["state"]["words"][:-1] + b"\x00"}},
        {"state": {"words": b"short"}},
        {"state": {"words": ["never sealed"]}},
        {"handled": closed()["state"]["words"]},
        {"outgoing": [{"id": "other", "body": closed(waiting=b"b")["outgoing"][0]["body"]}]},
    ],
)
def test_what_was_moved_or_changed_does_not_open(moved: dict[str, Any]) -> None:
    with pytest.raises(SealBrokenError):
        PLAN.open(closed() | moved, KEY)


@pytest.mark.parametrize("other", ["council", "database", "key"])
def test_what_was_sealed_elsewhere_does_not_open(other: str) -> None:
    plan = Plan(database="other", plain=PLAN.plain, looked_up="") if other == "database" else PLAN
    council = "elsewhere" if other == "council" else KEY.council
    key = bytes(range(32)) if other == "key" else KEY.key
    with pytest.raises(SealBrokenError):
        plan.open(closed(), DataKey(KEY.name, council, key))


@pytest.mark.rule("S7")
def test_a_hash_keeps_the_kind_and_needs_the_key() -> None:
    hashed = SEARCH.hashed("nhs:9990004552")
    assert re.fullmatch(r"nhs:[\w-]{20}", hashed)
    assert hashed == SEARCH.hashed("nhs:9990004552")
    assert hashed not in {SEARCH.hashed("nhs:9990004553"), KEY.hashed("nhs:9990004552")}


def test_a_key_shows_whose_it_is_and_never_what() -> None:
    assert repr(KEY) == "DataKey(contact/c)"


def keys_of(path: Path, text: str) -> KeyFile:
    path.write_text(text)
    return KeyFile(path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "council-keys.json"
    path.write_text(drawn(["toytown", "elsewhere"]))
    return path


async def test_a_wrapped_key_opens_for_its_council_and_name_alone(file: Path) -> None:
    keys = KeyFile(file)
    wrapped = await keys.wrap("toytown", "contact/c", bytes(32))
    assert await keys.unwrap("toytown", "contact/c", wrapped) == bytes(32)
    for council, name in (("elsewhere", "contact/c"), ("toytown", "contact/d")):
        with pytest.raises(KeyRefusedError):
            await keys.unwrap(council, name, wrapped)


async def test_a_key_that_was_replaced_still_opens_what_it_wrapped(tmp_path: Path) -> None:
    old, new = (json.loads(drawn(["toytown"]))["toytown"] for _ in range(2))
    before, during, after = (
        keys_of(tmp_path / f"{number}.json", json.dumps({"toytown": keys}))
        for number, keys in enumerate((old, [*new, *old], new))
    )
    wrapped = await before.wrap("toytown", "contact/c", bytes(32))
    assert await during.unwrap("toytown", "contact/c", wrapped) == bytes(32)
    again = await during.wrap("toytown", "contact/c", bytes(32))
    assert await after.unwrap("toytown", "contact/c", again) == bytes(32)
    with pytest.raises(KeyRefusedError):
        await after.unwrap("toytown", "contact/c", wrapped)


async def test_a_council_without_a_key_is_as_an_outage(file: Path) -> None:
    with pytest.raises(KeysAwayError) as away:
        await KeyFile(file).wrap("nowhere", "contact/c", bytes(32))
    assert is_outage(away.value)


@pytest.mark.parametrize(
    "text", [None, "no json", "[]", '{"toytown": ["AAAA"]}', '{"toytown": []}']
)
async def test_a_process_does_not_run_without_its_councils_keys(
    tmp_path: Path, text: str | None
) -> None:
    keys = KeyFile(tmp_path / "none") if text is None else keys_of(tmp_path / "keys", text)
    with pytest.raises(CannotRunError, match="COUNCIL_KEYS"):
        await keys.councils()
