import datetime as dt
import json
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from cryptography import x509
from joserfc import jwt
from joserfc.jwk import KeySet
from typer.testing import CliRunner

from mash_local import compose, keyring
from mash_local.authority import Authority
from mash_local.services import AGENCIES, POLICIES
from mash_shared.plumbing.rights import agencies_of
from mash_shared.policy import load_packs

NOW = dt.datetime.now(dt.UTC)
COUNCILS = [pack.council.id for pack in load_packs(POLICIES)]
ROOT = Path(__file__).parents[3]
WITHOUT = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in sys.argv[1:]:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Missing())
import mash_local.compose
"""
"""Imports what the image runs, as though some modules were not installed."""
PACKS = ["--policies", str(POLICIES)]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    keyring.make(tmp_path, AGENCIES, COUNCILS)
    return tmp_path


def content_of(out: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in out.rglob("*") if file.is_file()}


def certificate_in(file: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(file.read_bytes())


def test_the_agencies_are_those_of_the_packs() -> None:
    assert set(AGENCIES) == set(agencies_of(load_packs(POLICIES)))


def test_every_container_has_its_own_files_and_no_other(out: Path) -> None:
    there = {folder.name: {file.name for file in folder.iterdir()} for folder in out.iterdir()}
    assert there == {one.container: set(one.sources) for one in keyring.bunches(AGENCIES)}
    assert there["intake"] == {
        *("ca.pem", "intake.pem", "intake.password"),
        *("token-keys.json", "audit-key.pem", "council-keys.json"),
    }
    assert there["sandbox-agency-police"] == {"ca.pem", "agency.pem"}


def test_nobody_keeps_the_key_that_signs(out: Path) -> None:
    authorities = {file for file in content_of(out) if file.name == "ca.pem"}
    assert len({file.read_bytes() for file in authorities}) == 1
    ca = certificate_in(authorities.pop()).public_key()
    for file, content in content_of(out).items():
        if b"PRIVATE KEY" in content and file.name != "audit-key.pem":
            assert certificate_in(file).public_key() != ca
        assert content.count(b"PRIVATE KEY-----") in {0, 2}


def test_a_private_key_is_its_containers_alone(out: Path) -> None:
    keys: dict[bytes, str] = {}
    for file, content in content_of(out).items():
        if content.startswith(b"-----BEGIN PRIVATE KEY") and file.parent.name != "machine":
            name = "administrator" if file.name == "provision.pem" else file.parent.name
            assert keys.setdefault(content, name) == name
    tokens = [file.parent.name for file in content_of(out) if file.name == "token-key-private.json"]
    assert tokens == ["token"]


def test_only_who_runs_as_another_user_lets_others_read(out: Path) -> None:
    modes = {file.parent.name: file.stat().st_mode & 0o777 for file in content_of(out)}
    ours = {name for name, mode in modes.items() if mode == 0o600}
    assert set(modes.values()) == {0o600, 0o644}
    assert ours == {
        "topics",
        "token",
        "staff",
        "machine",
        *(f"sandbox-agency-{a}" for a in AGENCIES),
    }


@pytest.mark.parametrize(("container", "file"), [("kafka", "broker"), ("mongo", "mongod")])
def test_a_server_is_known_by_its_name_and_from_this_machine(
    out: Path, container: str, file: str
) -> None:
    shown = certificate_in(out / container / f"{file}.pem")
    names = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == [container, "localhost"]
    assert [str(one) for one in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]


def test_a_whole_set_is_kept_and_one_that_lacks_a_file_is_made_anew(tmp_path: Path) -> None:
    run = CliRunner().invoke
    arguments = ["secrets", "--out", str(tmp_path), *PACKS]
    assert "Keys made" in run(compose.app, arguments).output
    made = content_of(tmp_path)
    assert "kept" in run(compose.app, arguments).output
    assert content_of(tmp_path) == made
    (tmp_path / "ops" / "ops.password").unlink()
    (tmp_path / "ops" / "stale").touch()
    assert "Keys made" in run(compose.app, arguments).output
    remade = content_of(tmp_path)
    assert remade.keys() == made.keys()
    same = {file.name for file in made if made[file] == remade[file]}
    assert same == {"broker.properties", "council-keys.json"}


def test_a_set_that_has_ended_is_not_whole(out: Path) -> None:
    made = dt.datetime.now(dt.UTC)  # a certificate is dated by the wall clock, whenever this runs
    assert keyring.is_whole(out, AGENCIES, COUNCILS, made + dt.timedelta(days=365))
    assert not keyring.is_whole(
        out, AGENCIES, COUNCILS, made + keyring.HOLDS_FOR + dt.timedelta(minutes=1)
    )


def test_a_set_that_was_half_made_is_not_whole(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Authority, name: str) -> Path:
        raise OSError(28, "No space left on device", name)

    monkeypatch.setattr(Authority, "password", fail)
    made = CliRunner().invoke(compose.app, ["secrets", "--out", str(out / "b"), *PACKS])
    assert made.exit_code == 1
    assert "No space left on device" in made.stderr
    assert not keyring.is_whole(out / "b", AGENCIES, COUNCILS, NOW)


def test_a_token_is_signed_by_the_key_that_the_services_know(out: Path) -> None:
    who = ["--role", "mash_manager", "--person", "hav-mm-1", "--council", "havering"]
    said = CliRunner().invoke(compose.app, ["token", "--keys", str(out / "token"), *who])
    keys = KeySet.import_key_set(json.loads((out / "intake" / "token-keys.json").read_text()))
    claims = jwt.decode(said.stdout.strip(), keys, algorithms=["Ed25519"]).claims
    assert (claims["sub"], claims["roles"]) == ("hav-mm-1", ["mash_manager"])


def test_without_keys_there_is_no_token(tmp_path: Path) -> None:
    who = ["--role", "r", "--person", "p", "--council", "c"]
    said = CliRunner().invoke(compose.app, ["token", "--keys", str(tmp_path), *who])
    assert (said.exit_code, said.stderr.count("\n")) == (1, 1)


def test_a_file_of_staff_that_is_none_is_refused() -> None:
    said = CliRunner().invoke(compose.app, ["staff", "--kafka", "open://127.0.0.1:1"], input="{")
    assert said.exit_code == 1
    assert "no file of staff" in said.stderr


def test_the_image_needs_nothing_that_is_not_in_it() -> None:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    there = {line.partition("==")[0] for line in lines if "==" in line}
    there |= {"mash-local", "mash-shared"}
    missing = [
        module
        for module, given_by in packages_distributions().items()
        if not there & {name.lower().replace("_", "-") for name in given_by}
    ]
    assert "testcontainers" in missing
    subprocess.run([sys.executable, "-c", WITHOUT, *missing], check=True)
