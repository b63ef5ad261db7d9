from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mash_local.run_clock import RunClock
from mash_local.run_folder import RunFolder
from mash_shared.plumbing.times import SharedClock


def test_two_runs_never_share_a_folder(tmp_path: Path) -> None:
    runs = [RunFolder.create(tmp_path) for _ in range(5)]
    assert len({run.name for run in runs}) == 5
    assert all(run.logs.is_dir() and run.data.is_dir() for run in runs)


def test_the_state_is_merged_and_found_again(run: RunFolder) -> None:
    run.write_state(status="starting")
    run.write_state(addresses={"kafka": "127.0.0.1:1"})
    again = RunFolder.named(run.name, run.path.parent)
    assert again.read_state() == {"status": "starting", "addresses": {"kafka": "127.0.0.1:1"}}
    assert RunFolder.every(run.path.parent) == [run]


@pytest.mark.parametrize("name", ["nothing", "..", "../elsewhere"])
def test_a_run_that_is_not_there_is_refused(run: RunFolder, name: str) -> None:
    with pytest.raises(LookupError, match="There is no run"):
        RunFolder.named(name, run.path.parent)


def test_removed_data_leaves_the_logs(run: RunFolder) -> None:
    run.remove_data()
    assert run.logs.is_dir()
    assert not run.data.exists()


def test_what_came_before_a_move_is_dated_by_what_the_clock_said_then(run: RunFolder) -> None:
    shared, clock, came = SharedClock(run.time_file), RunClock(run.time_file), datetime.now(UTC)
    assert abs(shared.at(came) - came) < timedelta(seconds=1)
    clock.advance(timedelta(hours=3))
    assert shared.at(came) == came
    since = datetime.now(UTC)
    assert shared.at(since) == since + timedelta(hours=3)


def test_the_clock_of_a_run_moves_only_when_told(run: RunFolder) -> None:
    clock = RunClock(run.time_file)
    assert clock.offset == timedelta(0)
    clock.advance(timedelta(hours=3))
    clock.advance(timedelta(minutes=30))
    assert float(run.time_file.read_text()) == 12600
    assert abs(clock.now() - datetime.now(UTC) - timedelta(hours=3.5)) < timedelta(seconds=5)
