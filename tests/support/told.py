"""What a service is told, whole and closed; a test says only what it tells otherwise."""

from pathlib import Path
from typing import Any

from mash_shared.plumbing.settings import ServiceSettings

PLACES: dict[str, Any] = {
    "kafka": "tls://intake@kafka.example:9092?ca=/secrets/ca.pem&password=/secrets/intake.password",
    "mongo_url": "mongodb://db.example/?tls=true&authMechanism=MONGODB-X509",
    "audit_spool": Path("spool"),
    "audit_key": Path("audit-key.pem"),
    "proxies": "10.0.0.0/8",
    "council_keys": Path("council-keys.json"),
    "api_port": 1,
    "ops_port": 2,
    "policies": Path("policies"),
}


def told(**otherwise: Any) -> ServiceSettings:
    """Give settings; raises pydantic's `ValidationError` where they are refused."""
    return ServiceSettings(**(PLACES | otherwise))
