"""What the hub is made of is named to the last patch, and a known hole does not pass (S25)."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
import yaml

from mash_local.engines import docker
from support import supply
from support.tree import ROOT

pytestmark = pytest.mark.rule("S25")

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()
BUILT = {one["image"] for one in COMPOSE.values() if "build" in one}
FOREIGN = {one["image"] for one in COMPOSE.values()} - BUILT
BASES = re.findall(r"^FROM (\S+)(?: AS (\S+))?", DOCKERFILE, re.MULTILINE)
STAGES = {stage for _, stage in BASES}
IMAGES = sorted(FOREIGN | {image for image, _ in BASES if image not in STAGES})
FIXED = re.compile(r"[\w./-]+(?::v?\d+\.\d+\.\d+[\w.-]*)?(?:@sha256:[0-9a-f]{64})?")
TODAY = date(2026, 11, 28)
HOLE = {"id": "PYSEC-1", "aliases": ["CVE-1", "GHSA-1"], "fix_versions": ["2.1"]}
HOLED = {"dependencies": [{"name": "orjson", "version": "2.0", "vulns": [HOLE]}]}


@pytest.mark.parametrize("image", IMAGES)
def test_an_image_of_others_is_named_to_the_last_patch(image: str) -> None:
    assert FIXED.fullmatch(image)
    assert ":" in image, "neither a version nor a digest"


def test_an_image_that_floats_would_be_found() -> None:
    assert IMAGES
    for image in ("mongo:8", "python:3.11-slim", "mongo:latest"):
        assert not FIXED.fullmatch(image)


def test_engines_in_containers_are_those_of_compose() -> None:
    engines = {docker._KAFKA_IMAGE, docker._MONGO_IMAGE}
    assert {COMPOSE["kafka"]["image"], COMPOSE["mongo"]["image"]} == engines


def test_a_known_hole_is_named_with_what_mends_it() -> None:
    assert [*supply.holes(HOLED, [])] == ["orjson 2.0: PYSEC-1, mended in 2.1."]


@pytest.mark.parametrize("id_", ["PYSEC-1", "CVE-1", "GHSA-1"])
def test_a_hole_is_excepted_by_any_of_its_names(id_: str) -> None:
    assert [*supply.holes(HOLED, [_excepted(id=id_)])] == []


def _excepted(**otherwise: Any) -> dict[str, Any]:
    return {"id": "CVE-1", "why": "not called", "until": TODAY} | otherwise


def test_an_exception_that_nothing_needs_is_named() -> None:
    whole: dict[str, Any] = {"dependencies": [{"name": "orjson", "version": "2.1", "vulns": []}]}
    assert [*supply.holes(whole, [_excepted()])] == [
        "CVE-1: no part has this hole any more; take the exception out."
    ]


@pytest.mark.parametrize(
    ("otherwise", "said"),
    [
        ({"until": TODAY - timedelta(days=1)}, "the exception ended on 2026-11-27"),
        ({"until": TODAY + timedelta(days=91)}, "holds 90 days at most"),
        ({"why": ""}, "does not say why"),
    ],
)
def test_an_exception_says_why_and_until_when(otherwise: dict[str, Any], said: str) -> None:
    assert [*supply.outdated([_excepted(), _excepted(until=TODAY + supply.LONGEST)], TODAY)] == []
    [wrong] = supply.outdated([_excepted(**otherwise)], TODAY)
    assert said in wrong


@pytest.mark.parametrize(
    "report", [None, {"dependencies": [{"name": "orjson", "skip_reason": "Dependency not found"}]}]
)
def test_what_cannot_be_looked_up_is_said_and_passes_no_release(
    report: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(supply, "looked_up", lambda: report)
    monkeypatch.setattr(supply, "exceptions", lambda: [_excepted()])
    assert supply.audit(TODAY, required=False) == []
    assert "Advisories not reachable" in capsys.readouterr().err
    [wrong] = supply.audit(TODAY, required=True)
    assert "Advisories not reachable" in wrong
    assert supply.audit(TODAY + timedelta(days=1), required=False), "a date that is past fails"


def test_the_exceptions_that_are_kept_can_be_read() -> None:
    assert all({"id", "why", "until"} == one.keys() for one in supply.exceptions())


def test_the_bill_of_materials_names_what_is_locked() -> None:
    locked = re.findall(r"^([\w.-]+)==(\S+)", supply.REQUIREMENTS.read_text(), re.MULTILINE)
    named = re.findall(r'"purl": "pkg:pypi/([^@"]+)@([^"]+)"', supply.SBOM.read_text())
    assert {(name.lower(), version) for name, version in locked} == {*named}
