from functools import partial
from pathlib import Path

import pytest
from docker.errors import DockerException

from mash_local.engines import Engines, EngineUnavailableError, jars, mongo, resolver
from mash_local.engines.engine import GivenEngine
from mash_local.engines.kafka import PackagedKafka
from mash_local.engines.mongo import PackagedMongo
from mash_local.run_folder import RunFolder

GIVEN = {"MASH_KAFKA": "open://broker.example:9092", "MASH_MONGO_URL": "mongodb://database.example"}


def _note(chosen: list[str], name: str, *_: object) -> None:
    chosen.append(name)


@pytest.fixture
def packaged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    java = tmp_path / "java"
    java.touch()
    monkeypatch.setattr(resolver, "find_java", lambda: java)
    monkeypatch.setattr(resolver, "find_mongod", lambda: Path("mongod"))
    monkeypatch.setattr(jars, "broker_jars", lambda: [tmp_path / "cache" / "jars" / "a.jar"])


@pytest.fixture
def nothing_packaged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver, "find_java", lambda: None)
    monkeypatch.setattr(resolver, "find_mongod", lambda: None)


@pytest.mark.usefixtures("packaged")
def test_given_addresses_come_first(run: RunFolder) -> None:
    engines = Engines(run, GIVEN)
    assert isinstance(engines.kafka, GivenEngine)
    assert engines.addresses == {
        "kafka": "open://broker.example:9092",
        "mongo": "mongodb://database.example",
    }


@pytest.mark.usefixtures("packaged")
def test_packaged_engines_come_second(run: RunFolder) -> None:
    engines = Engines(run, {})
    assert isinstance(engines.kafka, PackagedKafka)
    assert isinstance(engines.mongo, PackagedMongo)


@pytest.mark.usefixtures("nothing_packaged")
def test_docker_comes_last(run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[str] = []
    for name in ("DockerKafka", "DockerMongo"):
        monkeypatch.setattr(f"mash_local.engines.docker.{name}", partial(_note, chosen, name))
    Engines(run, {})
    assert chosen == ["DockerKafka", "DockerMongo"]


@pytest.mark.usefixtures("packaged")
def test_docker_can_be_chosen_outright(run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[str] = []
    for name in ("DockerKafka", "DockerMongo"):
        monkeypatch.setattr(f"mash_local.engines.docker.{name}", partial(_note, chosen, name))
    Engines(run, {**GIVEN, "ENGINES": "docker"})
    assert chosen == ["DockerKafka", "DockerMongo"]


@pytest.mark.usefixtures("packaged")
def test_one_engine_may_be_given_and_the_other_packaged(run: RunFolder) -> None:
    engines = Engines(run, {"MASH_KAFKA": "open://broker.example:9092"})
    assert isinstance(engines.kafka, GivenEngine)
    assert isinstance(engines.mongo, PackagedMongo)


def test_a_given_engine_is_never_killed() -> None:
    engine = GivenEngine("kafka", "open://broker.example:9092")
    engine.stop()
    for act in (engine.kill, engine.restart, engine.pause, engine.resume):
        with pytest.raises(EngineUnavailableError, match="given in the environment"):
            act()


@pytest.mark.parametrize(
    ("library", "fix"), [("libcurl.so.4", "libcurl4"), ("libssl.so.3", "OpenSSL 3")]
)
def test_a_missing_library_is_one_sentence_with_the_fix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str, fix: str
) -> None:
    mongod = tmp_path / "mongod"
    mongod.write_text(f"#!/bin/sh\necho 'error while loading {library}' >&2\nexit 127\n")
    mongod.chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda _name: str(mongod))
    with pytest.raises(EngineUnavailableError, match=fix):
        mongo.find_mongod()


def test_a_mongod_that_may_not_be_run_is_copied(run: RunFolder, tmp_path: Path) -> None:
    mongod = tmp_path / "mongod"
    mongod.write_text("#!/bin/sh\nexit 0\n")
    mongod.chmod(0o444)
    copy = mongo._runnable(mongod, run)
    assert copy.parent == run.data
    assert copy.stat().st_mode & 0o100


def test_docker_that_is_not_there_is_one_sentence(
    run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_docker(_: str) -> None:
        raise DockerException("no socket")

    monkeypatch.setattr("mash_local.engines.docker.DockerContainer", no_docker)
    with pytest.raises(EngineUnavailableError, match="kafka cannot run in Docker here"):
        Engines(run, {"ENGINES": "docker"})
