"""Levels of risk: how grave each is, its lane, and what holds for it (X5, X11)."""

import itertools
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mash_shared.policy import Duration, Pack, PackInvalidError, load_packs
from mash_shared.policy.checks import next_chase
from mash_shared.vocabulary import ClockKind, Lane, ReferrerKind
from support.councils import INVENTED, THREE_LEVELS, all_packs

PACK = all_packs().of(THREE_LEVELS)
FRIDAY = datetime(2026, 6, 5, 14, 0, tzinfo=UTC)
LIMITS = [("immediate", "4 hours"), ("serious", "2 working days"), ("emerging", "5 working days")]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give the pack of three levels in a folder of its own, with the stated defaults."""
    shutil.copy(INVENTED.parents[1] / "deploy/policies/stated-defaults.toml", tmp_path)
    return Path(shutil.copy(INVENTED / f"{THREE_LEVELS}.toml", tmp_path))


@pytest.mark.rule("X11", "J9")
@pytest.mark.parametrize(("level", "limit"), LIMITS)
def test_each_level_has_the_limit_it_names_or_that_of_the_rest(level: str, limit: str) -> None:
    assert PACK.clock(ClockKind.DECISION, level, FRIDAY).lasts == limit


@pytest.mark.rule("X11")
def test_a_level_says_its_lane_and_how_grave_it_is() -> None:
    levels = [level for level, _ in PACK.from_gravest()]
    assert levels == ["immediate", "serious", "emerging"]
    assert [PACK.lane_of(level) for level in levels] == [Lane.RED, Lane.AMBER, Lane.AMBER]
    for graver, less in itertools.pairwise(levels):
        assert PACK.is_graver(graver, less)
        assert not PACK.is_graver(less, graver)
        assert not PACK.is_graver(less, less)
        assert PACK.graver(less, graver) == PACK.graver(graver, less) == graver


@pytest.mark.rule("X11")
def test_what_a_pack_has_no_more_holds_as_the_gravest_that_it_has() -> None:
    assert PACK.lane_of("red") is Lane.RED
    assert PACK.is_graver("red", "serious")
    for pack in (PACK, all_packs().of("havering")):
        (gravest, _), *_ = pack.from_gravest()
        for unknown in ("", "green"):
            assert _everything(pack, unknown) == _everything(pack, gravest)


def _everything(pack: Pack, level: str) -> list[object]:
    return [
        pack.clock(ClockKind.ENQUIRY, level, FRIDAY),
        pack.task_clock(pack.clocks.call_back, level, FRIDAY, of="t"),
        pack.telling_clock(ReferrerKind.PROFESSIONAL, level, FRIDAY),
        pack.due(ClockKind.ALLOCATION, level, FRIDAY),
        next_chase(pack, level, pack.clock(ClockKind.AGENCY_CHECK, level, FRIDAY), FRIDAY),
    ]


@pytest.mark.rule("X5")
def test_the_red_lane_runs_through_the_weekend_whatever_its_level_is_called() -> None:
    for kind in (ClockKind.AGENCY_CHECK, ClockKind.ENQUIRY, ClockKind.DECISION):
        assert PACK.due(kind, "immediate", FRIDAY).at - FRIDAY <= timedelta(hours=4)
        assert PACK.due(kind, "emerging", FRIDAY).at - FRIDAY > timedelta(days=3)


CONTRADICTIONS = [
    ('lane = "red"', 'lane = "amber"', "risk_levels", "one level have lane = 'red'"),
    ('lane = "amber"', 'lane = "red"', "risk_levels", "one level have lane = 'amber'"),
    ("severity = 1", "severity = 3", "risk_levels.emerging.severity", "equally severe"),
    ("severity = 1", "severity = 4", "risk_levels.immediate.lane", "graver than every level"),
    ("[risk_levels.emerging]", "[risk_levels.other]", "risk_levels.other", "another code"),
    ("serious = { working_days = 2 }", "severe = { working_days = 2 }", "clocks.decision.severe",
     "one of risk_levels: immediate, serious, emerging; or other for the rest"),
    ("immediate = { hours = 4 }", "immediate = { working_hours = 4 }",
     "clocks.decision.immediate", "the red lane runs through nights"),
    ("immediate = { hours = 4 }", "", "clocks.decision.other", "the red lane runs through nights"),
    ("other = { working_days = 5 }", "other = { working_days = 2 }", "clocks.enquiry.other",
     "no longer than clocks.decision.other, which is 2 working days"),
    ("other = { working_days = 5 }", "", "clocks.decision.other", "what the council's page says"),
    ("immediate = { minutes = 30 }", "immediate = 30", "clocks.allocation.immediate", "Duration"),
]  # fmt: skip


@pytest.mark.rule("X11", "O11")
@pytest.mark.parametrize(("old", "new", "key", "fix"), CONTRADICTIONS)
def test_a_pack_that_contradicts_its_levels_is_refused(
    file: Path, old: str, new: str, key: str, fix: str
) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(PackInvalidError) as refused:
        load_packs(file.parent)
    found = {problem.key: problem for problem in refused.value.problems}
    assert len(found) == len(refused.value.problems)
    assert fix in found[key].fix


def test_what_is_said_of_no_level_is_said_of_every_other() -> None:
    limits = PACK.clocks.referrer_told
    assert (limits.named, limits.of("serious")) == ({}, Duration(hours=12))
    assert (limits.key("serious"), PACK.clocks.enquiry.key("serious")) == ("other", "serious")
