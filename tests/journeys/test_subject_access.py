"""Somebody asks what is held about them: one command gathers it from every service (S9)."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mash_local.services import AGENCIES, BY_NAME
from mash_local.stack import Stack
from support.hub import Hub, Play

pytestmark = [pytest.mark.engines, pytest.mark.rule("S9")]
OFFICER = "information_governance_officer"


def _gathered(stack: Stack, play: Play, folder: Path, name: str) -> tuple[int, str, dict[str, Any]]:
    """Run the command for the first child of a contact; gives its end, what it said, the bundle."""
    (child, *_) = play.form("")["children"]
    asked = {one: child[one] for one in ("full_name", "date_of_birth")}
    token = stack.token(role=OFFICER, person="officer-1", council=play.council)
    files = {"person": json.dumps(asked), "token": token}
    for one, text in files.items():
        (folder / one).write_text(text)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mash_shared.subject_access"),
            *("--services", stack.run.services, "--token", folder / "token"),
            *("--person", folder / "person", "--out", folder / name, "--also", play.contact_id),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr, json.loads((folder / name).read_text())


def test_one_file_has_what_every_service_holds_and_who_saw_it(
    stack: Stack, hub: Hub, tmp_path: Path
) -> None:
    (play,) = hub.play([Play(children=2)])
    status, said, bundle = _gathered(stack, play, tmp_path, "first")
    assert (status, said) == (0, "")
    ours = bundle["contacts"][play.contact_id]
    assert ours.keys() == set(BY_NAME)
    held = {service: one["held"] for service, one in ours.items() if one["held"]}
    assert held.keys() >= {"intake", "enquiry", "decision", "notify", "ops"}
    assert held.keys() >= {f"agency-gateway.{agency}" for agency in AGENCIES}
    assert {one["state"]["contact_id"] for kept in held.values() for one in kept} == {
        play.contact_id
    }
    names = {child["full_name"] for child in play.form("")["children"]}
    assert all(name in json.dumps(held["intake"], ensure_ascii=False) for name in names)
    assert all(one["state"]["slots"] for one in held["enquiry"])
    assert {line["what"] for line in ours["intake"]["seen"]} >= {"record_contact", "read_held"}
    assert any(line["who"] == "officer-1" for line in ours["notify"]["seen"])


def test_a_service_that_is_away_is_missing_in_words(stack: Stack, hub: Hub, tmp_path: Path) -> None:
    (play,) = hub.play([Play(reach="nobody")])
    notify = stack.process("notify")
    notify.ask_to_stop()
    notify.wait_gone(30)
    try:
        status, said, bundle = _gathered(stack, play, tmp_path, "without")
    finally:
        notify.restart()
        stack.wait_ready("notify")
    assert status == 1
    assert "notify is missing. It could not be reached" in said
    assert not bundle["complete"]
    assert {one["service"] for one in bundle["not_asked"]} == {"notify"}
    assert bundle["contacts"][play.contact_id]["intake"]["held"]
