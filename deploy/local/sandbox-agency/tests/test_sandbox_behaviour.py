import os
from pathlib import Path

import orjson
import pytest
from sandbox_answers import Request
from sandbox_behaviour import BehaviourError, BehaviourFile, read_rulebook

RULES = {
    "default": {"answer": "nothing_known"},
    "rules": [
        {"match": {"urgency": "red"}, "answer": "information", "delay_seconds": 0.5},
        {"match": {"council": "lewisham", "concern_contains": "SCHOOL"}, "answer": "declined"},
        {"match": {"contact_id": "con-9"}, "answer": "silence"},
    ],
}


def request(**body: str) -> Request:
    return Request(body, {})


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (request(urgency="red", contact_id="con-9"), "information"),
        (request(council="lewisham", concern="Late from school"), "declined"),
        (request(council="lewisham", concern="Alone at night"), "nothing_known"),
        (request(contact_id="con-9"), "silence"),
        (request(), "nothing_known"),
    ],
)
def test_the_first_rule_that_applies_decides(asked: Request, answer: str) -> None:
    rulebook = read_rulebook(orjson.dumps(RULES))
    assert rulebook.behaviour_for(asked)["answer"] == answer


def test_without_a_file_the_agency_gives_information_at_once() -> None:
    behaviour = BehaviourFile(None)
    assert behaviour.refresh() is False
    assert behaviour.rulebook.behaviour_for(request()) == {"answer": "information"}


def test_the_file_is_followed_as_it_comes_changes_and_goes(tmp_path: Path) -> None:
    path = tmp_path / "behaviour.json"
    behaviour = BehaviourFile(path)
    assert behaviour.refresh() is False
    path.write_bytes(orjson.dumps(RULES))
    assert behaviour.refresh() is True
    assert behaviour.refresh() is False
    assert behaviour.rulebook.behaviour_for(request())["answer"] == "nothing_known"
    path.unlink()
    assert behaviour.refresh() is True
    assert behaviour.refresh() is False
    assert behaviour.rulebook.behaviour_for(request())["answer"] == "information"


def test_a_wrong_file_is_refused_once_and_the_old_rules_stay(tmp_path: Path) -> None:
    path = tmp_path / "behaviour.json"
    path.write_bytes(orjson.dumps(RULES))
    behaviour = BehaviourFile(path)
    behaviour.refresh()
    path.write_text("{")
    os.utime(path, (1, 1))
    with pytest.raises(BehaviourError):
        behaviour.refresh()
    assert behaviour.refresh() is False
    assert behaviour.rulebook.behaviour_for(request())["answer"] == "nothing_known"


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ({"default": {"answer": "shrug"}}, "default.answer"),
        ({"rules": [{"delay_seconds": -1}]}, r"rules\[0\].delay_seconds"),
        ({"rules": [{"delay": 1}]}, r"rules\[0\]: unknown key 'delay'"),
        ({"default": {"then": {"answer": 3}}}, "default.then.answer"),
        ({"rule": []}, "the file: unknown key"),
        ([], "the file: an object"),
    ],
)
def test_a_mistake_is_named_by_its_place(document: object, place: str) -> None:
    with pytest.raises(BehaviourError, match=place):
        read_rulebook(orjson.dumps(document))
