"""What a service refuses to be told, above all in production (security S4, S22; fault XA10)."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from mash_shared.plumbing.settings import ServiceSettings
from support.told import PLACES, told

PROVIDERS = Path("providers.toml")
OPEN_BROKER = {"kafka": "open://kafka.example:9092"}
REFUSED_IN_PRODUCTION: list[tuple[dict[str, Any], str]] = [
    (OPEN_BROKER, "a broker that knows nobody is for tests"),
    ({"broker_rights": "any"}, "BROKER_RIGHTS=any is for tests"),
    ({"mongo_url": "mongodb://db.example"}, "MONGO_URL has no TLS, or nobody's name"),
    ({"mongo_url": "mongodb://intake:x@db.example"}, "MONGO_URL has no TLS"),
    ({"mongo_url": "mongodb://db.example/?tls=true"}, "MONGO_URL has no TLS, or nobody's name"),
    (
        {"mongo_url": f"{PLACES['mongo_url']}&tlsInsecure=true"},
        "MONGO_URL has no TLS, or nobody's name",
    ),
    (
        {"mongo_url": f"{PLACES['mongo_url']}&compressors=zlib,snappy"},
        "MONGO_URL asks for zlib",
    ),
    (
        {"audit_url": f"{PLACES['mongo_url']}&compressors=zlib"},
        "AUDIT_URL asks for zlib",
    ),
    ({"audit_url": "mongodb://db.example"}, "AUDIT_URL has no TLS, or nobody's name"),
    ({"keys_url": "mongodb://db.example"}, "KEYS_URL has no TLS, or nobody's name"),
    ({"audit_spool": None}, "AUDIT_SPOOL is not set"),
    ({"audit_key": None}, "AUDIT_KEY is not set"),
    ({"proxies": None}, "PROXIES is not set"),
    ({"time_file": Path("time")}, "TIME_FILE and CRASH_AT belong to tests"),
    ({"crash_at": "C1"}, "TIME_FILE and CRASH_AT belong to tests"),
    ({"providers": None, "token_keys": Path("keys.json")}, "TOKEN_KEYS is of a stand-in"),
]


@pytest.mark.parametrize(("otherwise", "why"), REFUSED_IN_PRODUCTION)
def test_production_starts_with_nothing_open(otherwise: dict[str, Any], why: str) -> None:
    assert told(environment="production", providers=PROVIDERS)
    with pytest.raises(ValidationError, match=why):
        told(**{"environment": "production", "providers": PROVIDERS} | otherwise)
    assert told(**{"providers": PROVIDERS} | otherwise), "elsewhere it is taken"


@pytest.mark.parametrize(
    "url", ["mongodb://intake:x@db.example/?tls=true", "mongodb+srv://intake:x@db.example"]
)
def test_a_database_with_tls_and_a_name_is_closed(url: str) -> None:
    assert told(environment="production", providers=PROVIDERS, mongo_url=url)


def test_a_refusal_quotes_nothing_that_was_told() -> None:
    with pytest.raises(ValidationError) as refused:
        told(kafka="tls://intake:hunter2@kafka.example", providers=PROVIDERS)
    assert "hunter2" not in str(refused.value)


@pytest.mark.rule("S7")
def test_no_service_is_told_nothing_of_its_councils_keys() -> None:
    places = {name: said for name, said in PLACES.items() if name != "council_keys"}
    with pytest.raises(ValidationError, match="council_keys"):
        ServiceSettings(**places, providers=PROVIDERS)
