"""How the agency behaves: a JSON file that may be changed while the program runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson
from sandbox_answers import Request

ANSWERS: Final = frozenset(
    {
        "information",
        "nothing_known",
        "declined",
        "unavailable",
        "silence",
        "malformed",
        "wrong_schema",
        "duplicate",
        "two_different",
        "wrong_enquiry",
        "bad_hash",
        "no_professional",
    }
)
STEP_KEYS: Final = frozenset({"answer", "delay_seconds", "then"})
SAYING_KEYS: Final = frozenset({"saying", "number", "body"})
SAYINGS: Final = frozenset({"information", "enquiry"})
Behaviour = Mapping[str, Any]
DEFAULT: Final[Behaviour] = {"answer": "information"}


class BehaviourError(Exception):
    """The behaviour file says something this program does not understand."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A behaviour for the requests that match every entry of `match`."""

    match: Mapping[str, Any]
    behaviour: Behaviour

    def applies_to(self, request: Request) -> bool:
        """Say whether every entry matches: fields by equality, the concern by its words."""
        return all(_matches(request.body, name, wanted) for name, wanted in self.match.items())


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The first rule that applies decides; otherwise the default."""

    rules: tuple[Rule, ...] = ()
    default: Behaviour = field(default_factory=lambda: DEFAULT)
    says: tuple[Mapping[str, Any], ...] = ()

    def behaviour_for(self, request: Request) -> Behaviour:
        """Choose the behaviour for one request."""
        for rule in self.rules:
            if rule.applies_to(request):
                return rule.behaviour
        return self.default


class BehaviourFile:
    """A rulebook that follows its file."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self.rulebook = Rulebook()

    def refresh(self) -> bool:
        """Read the file again if it changed, and say whether it did; no file means the default.

        Raises `BehaviourError` where the file is wrong; the rulebook then stays as it was.
        """
        if self._path is None:
            return False
        try:
            stat = self._path.stat()
            mark = (stat.st_mtime_ns, stat.st_size)
            if mark == self._seen:
                return False
            content: bytes | None = self._path.read_bytes()
        except FileNotFoundError:
            mark, content = None, None
            if self._seen is None:
                return False
        self._seen = mark
        self.rulebook = Rulebook() if content is None else read_rulebook(content)
        return True


def read_rulebook(content: bytes) -> Rulebook:
    """Read a behaviour file. Raises `BehaviourError` naming the place of the mistake."""
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise BehaviourError(f"not JSON: {error}") from error
    _refuse_unknown(document, frozenset({"default", "rules", "says"}), "the file")
    rules = tuple(
        Rule(rule.get("match", {}), _read_step(rule, f"rules[{place}]", STEP_KEYS | {"match"}))
        for place, rule in enumerate(document.get("rules", []))
    )
    says = tuple(
        _read_saying(said, f"says[{place}]") for place, said in enumerate(document.get("says", []))
    )
    default = _read_step(document.get("default", DEFAULT), "default", STEP_KEYS)
    return Rulebook(rules, default, says)


def _read_saying(said: Any, place: str) -> Mapping[str, Any]:
    _refuse_unknown(said, SAYING_KEYS, place)
    if said.get("saying") not in SAYINGS:
        raise BehaviourError(f"{place}.saying: one of {', '.join(sorted(SAYINGS))} is wanted")
    body = said.get("body")
    if not isinstance(said.get("number"), str) or not isinstance(body, dict):
        raise BehaviourError(f"{place}: a number and a body are wanted")
    if not isinstance(body.get("council"), str):
        raise BehaviourError(f"{place}.body.council: a council is wanted")
    read: Mapping[str, Any] = said
    return read


def _read_step(step: Any, place: str, keys: frozenset[str]) -> Behaviour:
    _refuse_unknown(step, keys, place)
    kind = step.get("answer", "information")
    if kind not in ANSWERS:
        raise BehaviourError(f"{place}.answer: {kind!r} is none of {', '.join(sorted(ANSWERS))}")
    delay = step.get("delay_seconds", 0)
    if isinstance(delay, bool) or not isinstance(delay, (int, float)) or delay < 0:
        raise BehaviourError(f"{place}.delay_seconds: {delay!r} is no number of seconds")
    read: dict[str, Any] = {"answer": kind}
    if delay:
        read["delay_seconds"] = delay
    if "then" in step:
        read["then"] = _read_step(step["then"], f"{place}.then", STEP_KEYS)
    return read


def _refuse_unknown(value: Any, keys: frozenset[str], place: str) -> None:
    if not isinstance(value, dict):
        raise BehaviourError(f"{place}: an object is wanted")
    if unknown := sorted(set(value) - keys):
        raise BehaviourError(f"{place}: unknown key {unknown[0]!r}")


def _matches(body: Mapping[str, Any], name: str, wanted: Any) -> bool:
    if name == "concern_contains":
        return str(wanted).casefold() in str(body.get("concern", "")).casefold()
    return bool(body.get(name) == wanted)
