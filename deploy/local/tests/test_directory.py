"""Who works for the councils on this machine."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from typer.testing import CliRunner

from mash_local.__main__ import app
from mash_local.directory import Directory
from mash_local.services import AGENCIES, POLICIES
from mash_shared.messages.staff import RoleThere, StaffChanged
from mash_shared.policy import load_packs

DIRECTORY = Directory.read()
AT = datetime(2026, 3, 11, 10, 0, tzinfo=UTC)


def test_every_council_has_somebody_in_every_role_and_two_social_workers() -> None:
    for pack in load_packs(POLICIES):
        held = [DIRECTORY.holder(pack.council.id, role) for role in get_args(RoleThere)]
        assert all(one.council == pack.council.id for one in held)
        first, second = (DIRECTORY.holder(pack.council.id, "social_worker", n) for n in (0, 1))
        assert first.id != second.id
        assert first.registration_number


def test_nobody_is_there_twice_and_navigators_are_of_agencies_that_there_are() -> None:
    everybody = [(one.council, one.id) for one in DIRECTORY.members]
    assert len(set(everybody)) == len(everybody)
    assert len({one.display_name for one in DIRECTORY.members}) == len(everybody)
    assert {one.agency for one in DIRECTORY.members} - {None} <= set(AGENCIES)


def test_what_is_said_of_somebody_is_their_message_and_their_id_is_its_key() -> None:
    member = DIRECTORY.holder("havering", "social_worker")
    said = member.news(AT)
    read = StaffChanged.read(said.body)
    assert (said.topic, said.key) == (StaffChanged.topic, member.id.encode())
    assert (read.display_name, read.roles) == (member.display_name, member.roles)
    assert read.registration_number == member.registration_number


def test_a_role_that_nobody_holds_is_named() -> None:
    with pytest.raises(LookupError, match="Nobody of northshire is a social_worker"):
        DIRECTORY.holder("northshire", "social_worker")


@pytest.mark.parametrize("wrong", ["[{}]", "no JSON", json.dumps([{"id": "x", "rolls": []}])])
def test_a_file_that_is_wrong_is_refused_in_words(tmp_path: Path, wrong: str) -> None:
    file = tmp_path / "staff.json"
    file.write_text(wrong)
    done = CliRunner().invoke(app, ["staff", str(file), "--kafka", "nowhere.example:9092"])
    assert done.exit_code == 2


def test_a_file_of_people_is_put_on_the_topic(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, int]] = []

    def publish(directory: Directory, kafka: str, _: datetime) -> None:
        told.append((kafka, len(directory.members)))

    monkeypatch.setattr(Directory, "publish", publish)
    file = tmp_path / "staff.json"
    person = {"id": "x-1", "council": "havering", "display_name": "X", "roles": ["social_worker"]}
    file.write_text(json.dumps([person]))
    done = CliRunner().invoke(app, ["staff", str(file), "--kafka", "broker.example:9092"])
    assert done.exit_code == 0
    assert told == [("broker.example:9092", 1)]
    assert "havering: told of 1." in done.output
