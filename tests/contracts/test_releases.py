"""Released schemas stay, and today's messages understand them."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from mash_shared.catalogue.__main__ import app
from mash_shared.catalogue.releases import released
from mash_shared.messages import all_messages

ROOT = Path(__file__).parents[2]
SAMPLES, SCHEMAS = ROOT / "shared" / "samples", ROOT / "shared" / "schemas"


def _run(command: str, schemas: Path) -> Result:
    return CliRunner().invoke(app, [command, "--samples", str(SAMPLES), "--schemas", str(schemas)])


@pytest.fixture
def schemas(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SCHEMAS, tmp_path / "schemas"))


def test_todays_messages_understand_every_release() -> None:
    result = _run("compatible", SCHEMAS)
    assert result.exit_code == 0, result.stderr


def test_every_message_is_released_as_it_is_today(schemas: Path) -> None:
    assert set(released(schemas)) == {message.topic for message in all_messages()}
    assert _run("release", schemas).stdout == "", "run `python -m mash_shared.catalogue release`"


def test_a_first_release_writes_a_file_for_each_message(tmp_path: Path) -> None:
    result = _run("release", tmp_path / "new")
    assert result.exit_code == 0, result.stderr
    assert len(list((tmp_path / "new").iterdir())) == len(list(all_messages()))


def test_a_release_adds_to_those_before_and_changes_none(schemas: Path) -> None:
    file = schemas / "notice.failed.v1.json"
    (release,) = json.loads(file.read_bytes())
    for side in ("writer", "reader"):
        release[side]["properties"]["hint"] = {"type": "string"}
    file.write_text(json.dumps([release]))
    result = _run("release", schemas)
    assert result.stdout == "notice.failed.v1: release 2 written.\n"
    history = json.loads(file.read_bytes())
    assert history[0] == release
    assert len(history) == 2


def test_a_breaking_change_is_named_and_nothing_is_written(schemas: Path) -> None:
    file = schemas / "notice.failed.v1.json"
    (release,) = json.loads(file.read_bytes())
    release["reader"]["required"].append("explanation")
    file.write_text(json.dumps([release]))
    for command in ("compatible", "release"):
        result = _run(command, schemas)
        assert result.exit_code == 1
        assert result.stderr == (
            "NoticeFailed.explanation: field removed: readers released before require it.\n"
        )
    assert json.loads(file.read_bytes()) == [release]


def test_a_message_is_withdrawn_by_deleting_its_file(schemas: Path) -> None:
    gone = schemas / "thing.happened.v1.json"
    shutil.copy(schemas / "notice.failed.v1.json", gone)
    gone.write_text(gone.read_text().replace("NoticeFailed", "ThingHappened"))
    assert "message disappeared" in _run("compatible", schemas).stderr
    gone.unlink()
    assert _run("compatible", schemas).exit_code == 0
