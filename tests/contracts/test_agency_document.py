"""The document for agencies has their channels and no other, and every type in it has a name."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from jsonschema import Draft7Validator, Draft202012Validator

from mash_shared.catalogue.agency import ADAPTERS, of_agencies
from mash_shared.messages import all_messages
from mash_shared.messages.agency_check import AgencyReply, AgencyRequest
from mash_shared.messages.agency_receipt import Became
from mash_shared.plumbing.envelope import HEADERS
from mash_shared.plumbing.rights import Kind, Operation, of_agency, rights
from mash_shared.receipt_codes import CODES

ROOT = Path(__file__).parents[2]
OFFICIAL = Path(__file__).parent / "asyncapi-3.0.0.schema.json"
MAKES_A_TYPE = {"properties", "enum", "const", "anyOf", "oneOf", "allOf"}
MINE = of_agencies(tuple(all_messages()))


@cache
def _document() -> dict[str, Any]:
    text = (ROOT / "docs" / "agency.asyncapi.yaml").read_text()
    document: dict[str, Any] = yaml.safe_load(text)
    return document


def test_it_is_valid_by_the_official_schema() -> None:
    official = Draft7Validator(json.loads(OFFICIAL.read_bytes()))
    assert not [error.message for error in official.iter_errors(_document())]


def test_it_has_what_the_broker_lets_an_agency_read_and_write_and_nothing_else() -> None:
    mine = [one for one in rights(["police"]) if one.principal == of_agency("police")]
    allowed = {(one.operation, one.name) for one in mine if one.kind is Kind.TOPIC}
    acts = {"receive": Operation.READ, "send": Operation.WRITE}
    document = _document()
    said = set()
    for operation in document["operations"].values():
        channel = document["channels"][operation["channel"]["$ref"].rpartition("/")[2]]
        topic = channel["address"].replace("{agency}", "police")
        said.add((acts[operation["action"]], topic))
    assert said == allowed


def test_its_server_wants_the_certificate_by_which_the_broker_knows_an_agency() -> None:
    (server,) = _document()["servers"].values()
    (wanted,) = server["security"]
    assert wanted == {"$ref": "#/components/securitySchemes/certificate"}
    assert _document()["components"]["securitySchemes"]["certificate"]["type"] == "X509"
    assert server["protocol"] == "kafka-secure"


def _schemas(schema: Any) -> Iterator[dict[str, Any]]:
    """Give a schema and every schema in it."""
    yield schema
    for inner in schema.get("properties", {}).values():
        yield from _schemas(inner)
    for word in ("anyOf", "oneOf", "allOf"):
        for inner in schema.get(word, ()):
            yield from _schemas(inner)
    for word in ("items", "additionalProperties"):
        if isinstance(schema.get(word), dict):
            yield from _schemas(schema[word])


def test_no_type_is_without_a_name_and_no_two_share_one() -> None:
    names = []
    for name, schema in _document()["components"]["schemas"].items():
        assert schema["title"] == name
        types = [one for one in _schemas(schema) if MAKES_A_TYPE & one.keys()]
        assert all("title" in one for one in types), name
        names += [one["title"] for one in types]
    assert len(names) == len(set(names))
    for message in _document()["components"]["messages"].values():
        assert message["payload"].keys() == message["headers"].keys() == {"$ref"}


def test_its_headers_are_those_by_which_records_are_read() -> None:
    headers = _document()["components"]["schemas"]["Headers"]
    assert list(headers["properties"]) == [one.name for one in HEADERS]
    assert headers["required"] == [one.name for one in HEADERS if one.needed]


@pytest.mark.parametrize("message", MINE, ids=lambda one: one.__name__)
def test_every_example_is_valid_by_the_schemas_beside_it(message: type) -> None:
    components = _document()["components"]
    (example,) = components["messages"][message.__name__]["examples"]
    for part in ("headers", "payload"):
        schema = {"components": components, **components["messages"][message.__name__][part]}
        Draft202012Validator(schema).validate(example[part])


def test_what_an_agency_hears_or_says_is_there() -> None:
    wanted = {one.__name__ for one in all_messages() if ADAPTERS in (one.owner, *one.consumers)}
    assert _document()["components"]["messages"].keys() == wanted


def _page() -> str:
    return (ROOT / "docs" / "agency-adapters.md").read_text()


def test_the_page_names_every_topic_header_field_and_code() -> None:
    page = _page()
    for kind in MINE:
        for lane in kind.lanes():
            assert f"| `{kind.topic_in(lane, agency='police')}` |" in page
    fields = {*AgencyRequest.model_fields, *AgencyReply.model_fields}
    named = {*(one.name for one in HEADERS), *CODES, *get_args(Became), *fields}
    assert {one for one in named if f"| `{one}` |" not in page} == set()
    assert "{{" not in page


def test_every_link_of_the_page_leads_somewhere() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", _page()):
        assert (ROOT / "docs" / link).exists(), link
