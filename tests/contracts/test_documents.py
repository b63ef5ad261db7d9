"""The generated documents are current, and AsyncAPI by the official schema says what holds."""

import copy
import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator, Draft202012Validator
from typer.testing import CliRunner

from mash_shared.catalogue.__main__ import app
from mash_shared.catalogue.documents import documents, stale
from mash_shared.catalogue.meanings import MEANINGS, NoMeaningError, meaning_of_field
from mash_shared.catalogue.schemas import documented_schemas
from mash_shared.messages import all_messages
from mash_shared.plumbing.topics import LARGEST_RECORD, all_topics

ROOT = Path(__file__).parents[2]
SAMPLES, DOCS = ROOT / "shared" / "samples", ROOT / "docs"
OFFICIAL = Path(__file__).parent / "asyncapi-3.0.0.schema.json"
MESSAGES = tuple(all_messages())


@cache
def _official() -> Draft7Validator:
    return Draft7Validator(json.loads(OFFICIAL.read_bytes()))


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((DOCS / "asyncapi.yaml").read_text())
    return document


def test_the_documents_are_current() -> None:
    assert not stale(DOCS, documents(MESSAGES, SAMPLES)), "run `make docs`"


def test_check_says_in_one_sentence_which_document_is_stale(tmp_path: Path) -> None:
    where = ["--out", str(tmp_path), "--samples", str(SAMPLES)]
    assert CliRunner().invoke(app, ["docs", *where]).exit_code == 0
    assert CliRunner().invoke(app, ["check", *where]).exit_code == 0
    (tmp_path / "messages.md").write_text("something else")
    result = CliRunner().invoke(app, ["check", *where])
    assert result.exit_code == 1
    assert result.stderr == (
        f"{tmp_path / 'messages.md'}: not current with the message classes and samples; "
        "run `make docs`.\n"
    )


def test_documents_name_the_sample_that_is_missing(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["docs", "--out", str(tmp_path), "--samples", str(tmp_path)])
    assert result.exit_code == 1
    assert "has no sample: write" in result.stderr


def test_the_asyncapi_document_is_valid_by_the_official_schema() -> None:
    errors = [f"{list(e.path)}: {e.message[:200]}" for e in _official().iter_errors(_document())]
    assert not errors


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: document.pop("info"),
        lambda document: document.update(asyncapi="2.6.0"),
        lambda document: document["channels"]["ClockChanged"].update(topic="x"),
        lambda document: document["operations"]["ops.receive.ClockChanged"].update(action="hear"),
        lambda document: document["components"]["schemas"]["Clock"].update(type="thing"),
    ],
)
def test_the_official_schema_does_refuse(spoil: Callable[[dict[str, Any]], object]) -> None:
    document = copy.deepcopy(_document())
    spoil(document)
    assert not _official().is_valid(document)


def _references(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for child in node.values() for found in _references(child)]
    if isinstance(node, list):
        return [found for child in node for found in _references(child)]
    return []


def test_every_reference_leads_somewhere() -> None:
    for reference in _references(_document()):
        node: Any = _document()
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]


def test_every_topic_of_a_message_is_a_channel_with_its_settings() -> None:
    agencies = ("police", "health")
    channels = [channel["bindings"]["kafka"] for channel in _document()["channels"].values()]
    for topic in all_topics(agencies):
        if topic.name.startswith(("dead-letter.", "replay.")):
            continue
        (kafka,) = [one for one in channels if _fits(one["topic"], topic.name)]
        assert kafka["partitions"] == topic.partitions
        assert kafka["topicConfiguration"] == {
            "cleanup.policy": ["delete"],
            "retention.ms": topic.retention.total_seconds() * 1000,
            "max.message.bytes": LARGEST_RECORD,
        }


def _fits(address: str, topic: str) -> bool:
    """Whether a topic is one of an address; the name of a process may have a dot."""
    values = {"process": r"[a-z-]+(?:\.[a-z-]+)?"}
    parts = re.split(r"\{(\w+)\}", address)
    fixed, named = map(re.escape, parts[::2]), [values.get(one, "[a-z-]+") for one in parts[1::2]]
    pattern = "".join(a + b for a, b in zip(fixed, [*named, ""], strict=True))
    return re.fullmatch(pattern, topic) is not None


def test_every_owner_sends_and_every_consumer_receives_in_every_lane() -> None:
    operations = _document()["operations"].values()
    for message in MESSAGES:
        mine = [op for op in operations if op["messages"][0]["$ref"].endswith(message.__name__)]
        said = {(op["tags"][0]["name"], op["action"]) for op in mine}
        heard = {(consumer, "receive") for consumer in message.consumers}
        assert said == {(message.owner, "send")} | heard
        assert len(mine) == len(said) * len(message.lanes())


@pytest.mark.parametrize("name", [message.__name__ for message in MESSAGES])
def test_every_example_is_valid_by_the_schemas_beside_it(name: str) -> None:
    components = _document()["components"]
    (example,) = components["messages"][name]["examples"]
    for part in ("headers", "payload"):
        schema = {"components": components, **components["messages"][name][part]}
        Draft202012Validator(schema).validate(example[part])


def test_every_field_has_a_meaning_and_every_meaning_a_field() -> None:
    used = set()
    for owner, schema in documented_schemas(MESSAGES).items():
        for field, described in schema.get("properties", {}).items():
            assert described["description"] == meaning_of_field(owner, field)
            used.add(f"{owner}.{field}" if f"{owner}.{field}" in MEANINGS else field)
    assert used == set(MEANINGS)


def test_a_field_without_meaning_is_named() -> None:
    with pytest.raises(NoMeaningError, match=r"Child\.shoe_size has no meaning yet"):
        meaning_of_field("Child", "shoe_size")


def test_the_page_has_every_topic_and_no_broken_link() -> None:
    text = (DOCS / "messages.md").read_text()
    anchors = {line.lstrip("# ").lower() for line in text.splitlines() if line.startswith("#")}
    links = {part.partition(")")[0] for part in text.split("](#")[1:]}
    assert links <= anchors
    for message in MESSAGES:
        assert f"`{message.topic}`" in text
