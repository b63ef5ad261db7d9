from pathlib import Path

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
    monkeypatch.setattr(jars, "_resolved", lambda: folder)
    with pytest.raises(EngineUnavailableError):
        jars.broker_jars()
