import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from mash_local.engines import EngineUnavailableError, jars


@pytest.fixture
def folder(tmp_path: Path) -> list[Path]:
    for name in ("a.jar", "b.jar"):
        (tmp_path / name).write_bytes(name.encode())
    return sorted(tmp_path.glob("*.jar"))


def digests(files: list[Path]) -> dict[str, str]:
    return {file.name: jars.sha256(file) for file in files}


def test_the_named_jars_pass(folder: list[Path]) -> None:
    jars.check(folder, digests(folder))


def test_a_changed_jar_is_refused(folder: list[Path]) -> None:
    expected = digests(folder)
    folder[0].write_bytes(b"changed")
    with pytest.raises(EngineUnavailableError, match=r"a\.jar is not what kafka-jars\.sha256"):
        jars.check(folder, expected)


def test_an_unnamed_jar_is_refused(folder: list[Path]) -> None:
    with pytest.raises(EngineUnavailableError, match=r"b\.jar is not"):
        jars.check(folder, digests(folder[:1]))


def test_a_missing_jar_is_refused(folder: list[Path]) -> None:
    with pytest.raises(EngineUnavailableError, match=r"b\.jar is not"):
        jars.check(folder[:1], digests(folder))


def test_the_committed_list_names_the_broker_once() -> None:
    listed = jars.listed()
    assert "kafka_2.13-4.4.0.jar" in listed
    assert len(listed) == len(jars.LIST.read_text().splitlines())
    assert all(len(digest) == 64 for digest in listed.values())


def test_nothing_runs_when_a_jar_differs(
    folder: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jars, "_resolved", lambda **_: folder)
    with pytest.raises(EngineUnavailableError):
        jars.broker_jars()


def test_what_a_download_that_was_cut_off_has_left_is_fetched_anew(
    folder: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(folder[0].parent, whole / "jars")
    cut_off = tmp_path / "cut-off"
    (cut_off / "jars").mkdir(parents=True)

    def build(endpoint: str, *, update: bool) -> SimpleNamespace:
        assert endpoint == jars.ENDPOINT
        return SimpleNamespace(path=whole if update else cut_off)

    monkeypatch.setattr(jars.jgo, "build", build)
    monkeypatch.setattr(jars, "listed", lambda: digests(folder))
    monkeypatch.setattr(jars, "RUNS", tmp_path)

    assert [jar.name for jar in jars.broker_jars()] == [jar.name for jar in folder]
