"""Every service's README has the same headings, and names every topic that it hears and says."""

import re
from collections.abc import Sequence
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from mash_shared.messages import Message, all_messages
from mash_shared.testing import packs
from mash_shared.vocabulary import Lane
from support.tree import ROOT, handlers_class, import_name, services

HEADINGS = ["Business need", "Hears", "Says", "Rules", "Runs"]
each_service = pytest.mark.parametrize("service", services(), ids=lambda path: path.name)


def _section(service: Path, heading: str) -> str:
    text = (service / "README.md").read_text()
    found = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"{service.name} has no section {heading}"
    return found[1]


def _topics(messages: Sequence[type[Message]], service: str) -> set[str]:
    """Topics as a README writes them: `{agency}` as `<agency>`, a service's own name in place."""
    return {
        message.topic.replace("{service}", service).replace("{agency}", "<agency>")
        for message in messages
    }


def _table(service: Path) -> Sequence[Any]:
    consumers = import_module(f"{import_name(service)}.consumers")
    kind = handlers_class(service)
    needs_packs = "packs" in {field.name for field in fields(kind)}
    arguments = [kind(packs()) if needs_packs else kind()]
    if service.name == "agency-gateway":
        arguments.append("<agency>")
    table: Sequence[Any] = consumers.subscriptions(*arguments)
    return table


@each_service
def test_a_readme_has_the_five_headings_and_no_other(service: Path) -> None:
    text = (service / "README.md").read_text()
    assert re.findall(r"^#+ (.*)$", text, re.MULTILINE)[1:] == HEADINGS
    assert text.startswith("# ")


@each_service
def test_a_readme_names_exactly_what_the_service_hears(service: Path) -> None:
    topics = {topic for line in _table(service) for topic in line.topics(Lane.AMBER)}
    heard = {re.sub(r"(contact\.forgotten)\..+\.v1", r"\1.<process>.v1", one) for one in topics}
    assert set(re.findall(r"`([a-z<>.-]+\.v\d+)`", _section(service, "Hears"))) == heard


@each_service
def test_a_readme_names_exactly_what_the_service_says(service: Path) -> None:
    own = [message for message in all_messages() if message.owner == service.name]
    said = _topics(own, service.name)
    if any(
        "pack.clock" in f.read_text() or "telling_clock" in f.read_text() for f in _sources(service)
    ):
        said.add(f"clock.changed.{service.name}.v1")
    assert set(re.findall(r"`([a-z<>.-]+\.v\d+)`", _section(service, "Says"))) == said


@each_service
def test_a_readme_links_to_what_exists(service: Path) -> None:
    text = (service / "README.md").read_text()
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
        assert (service / link).exists(), link
    there = {str(file.relative_to(_package(service))) for file in _sources(service)}
    for name in re.findall(r"`([a-z_/]+\.py)`", text):
        assert name in there or (ROOT / name).exists(), name


def _sources(service: Path) -> list[Path]:
    return sorted(_package(service).rglob("*.py"))


def _package(service: Path) -> Path:
    return service / "src" / import_name(service)


def test_the_services_are_those_of_the_hub() -> None:
    assert {service.name for service in services()} == {
        "intake",
        "enquiry",
        "agency-gateway",
        "decision",
        "notify",
        "ops",
    }
    assert all(service.is_relative_to(ROOT) for service in services())
