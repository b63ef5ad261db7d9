"""Topics for every agency that has a gateway in any council's pack."""

import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mash_shared.catalogue import provisioning
from mash_shared.catalogue.__main__ import app
from mash_shared.catalogue.provisioning import BrokerSilentError, provision_all
from mash_shared.plumbing.rights import agencies_of
from mash_shared.policy import load_packs

POLICIES = Path(__file__).parents[2] / "deploy" / "policies"


def _nobody() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"open://127.0.0.1:{free.getsockname()[1]}"


def test_agencies_are_those_with_a_gateway_in_any_pack() -> None:
    packs = load_packs(POLICIES)
    agencies = agencies_of(packs)
    assert {"police", "health", "education", "probation", "domestic-abuse"} <= set(agencies)
    assert set(agencies) >= {a for pack in packs for a in pack.mandatory_agencies}
    assert list(agencies) == sorted(set(agencies))
    assert "housing" not in agencies


async def test_a_silent_broker_is_named() -> None:
    where = _nobody()
    with pytest.raises(BrokerSilentError, match=f"No broker answers at {where} after 0 s"):
        await provision_all(where, ("police",), 1, wait_seconds=0.1)


def test_the_command_ends_with_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(*_: object) -> None:
        raise BrokerSilentError("No broker answers.")

    monkeypatch.setattr("mash_shared.catalogue.__main__.provision_all", silent)
    command = ["provision", "--kafka", "open://x:1", "--policies", str(POLICIES)]
    result = CliRunner().invoke(app, command)
    assert (result.exit_code, result.stderr) == (1, "No broker answers.\n")


def test_the_command_lists_what_it_made(monkeypatch: pytest.MonkeyPatch) -> None:
    async def made(*_: object) -> tuple[list[str], int]:
        return ["a.happened.v1"], 3

    monkeypatch.setattr("mash_shared.catalogue.__main__.provision_all", made)
    command = ["provision", "--kafka", "open://x:1", "--policies", str(POLICIES)]
    result = CliRunner().invoke(app, command)
    assert result.stdout == "a.happened.v1\n1 topics created, 2 were there.\n"


async def test_topics_of_the_packs_are_made_once_the_broker_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = iter([False, True])

    async def later(_: str) -> bool:
        return next(answers)

    async def provision(_: str, topics: tuple[object, ...], replication: int) -> list[str]:
        assert replication == 3
        return [f"{len(topics)}"]

    monkeypatch.setattr(provisioning, "_answers", later)
    monkeypatch.setattr(provisioning, "provision", provision)
    made, number = await provision_all("open://x:1", ("police",), 3)
    assert made == [str(number)]
