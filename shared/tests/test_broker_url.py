"""The broker's URL: who we are to it, and what is refused before anything is tried."""

from datetime import timedelta
from pathlib import Path

import pytest

from mash_local.authority import Authority
from mash_shared.catalogue.granting import settings_of
from mash_shared.plumbing.broker import BrokerUrl, BrokerUrlError, clients


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "secrets")


REFUSED = [
    ("kafka.example:9092", "begins with tls://, or with open://"),
    ("ssl://kafka.example:9092?ca=/c", "begins with tls://, or with open://"),
    ("tls://kafka.example?ca=/c&certificate=/p", "is tls://NAME@HOST:PORT"),
    ("tls://kafka.example:1?ca=/c&certificat=/p", "is tls://NAME@HOST:PORT"),
    ("tls://kafka.example:1?certificate=/p", "names no ca"),
    ("tls://intake@kafka.example:1?ca=/c", "a name with a password, or a certificate"),
    ("tls://kafka.example:1?ca=/c", "a name with a password, or a certificate"),
    ("tls://kafka.example:1?ca=/c&password=/w", "a name with a password, or a certificate"),
    ("tls://a@kafka.example:1?ca=/c&password=/w&certificate=/p", "not both"),
    ("open://intake@kafka.example:1", "An open broker knows no names"),
    ("open://kafka.example:1?ca=/c", "An open broker knows no names"),
]


@pytest.mark.parametrize(("url", "why"), REFUSED)
def test_a_url_that_says_too_little_or_two_things_is_refused(url: str, why: str) -> None:
    with pytest.raises(BrokerUrlError, match=why):
        BrokerUrl.parse(url)


def test_an_open_broker_has_addresses_and_nothing_else() -> None:
    assert clients("open://one:1,two:2") == {"bootstrap_servers": ["one:1", "two:2"]}
    assert settings_of("open://one:1,two:2")["bootstrap.servers"] == "one:1,two:2"


def test_a_name_signs_in_with_what_its_file_holds_now(authority: Authority) -> None:
    file = authority.password("intake")
    url = f"tls://intake@k:1?ca={authority.ca}&password={file}"
    first = clients(url)
    assert (first["security_protocol"], first["sasl_mechanism"]) == ("SASL_SSL", "SCRAM-SHA-512")
    assert (first["sasl_plain_username"], first["sasl_plain_password"]) == (
        "intake",
        file.read_text(),
    )
    authority.password("intake")
    assert clients(url)["sasl_plain_password"] != first["sasl_plain_password"]
    assert clients(url)["ssl_context"] is first["ssl_context"], "one context for all clients"


def test_a_certificate_that_was_renewed_is_read_anew(authority: Authority) -> None:
    url = f"tls://k:1?ca={authority.ca}&certificate={authority.certificate('police')}"
    first = clients(url)
    assert first["security_protocol"] == "SSL"
    authority.certificate("police", holds_for=timedelta(days=1))
    assert clients(url)["ssl_context"] is not first["ssl_context"]


@pytest.mark.parametrize("lacking", ["ca", "certificate", "password"])
def test_a_file_that_cannot_be_read_is_named_by_what_it_is(
    authority: Authority, lacking: str
) -> None:
    files = {"ca": authority.ca, "certificate": authority.of("a"), "password": Path("/none")}
    if lacking != "password":
        del files["password"]
        files[lacking] = Path("/none")
    else:
        del files["certificate"]
    query = "&".join(f"{name}={file}" for name, file in files.items())
    who = "a@" if lacking == "password" else ""
    with pytest.raises(BrokerUrlError, match=r"cannot be read: FileNotFoundError"):
        clients(f"tls://{who}k:1?{query}")
