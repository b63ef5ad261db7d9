"""The keys of a hub that sign how far its audit trails reach, and their public halves."""

from collections.abc import Iterable
from pathlib import Path

from joserfc.jwk import OKPKey

from mash_local.run_folder import write_whole

AUDIT_PUBLIC = "audit-keys.pem"
"""The public halves of all, for whoever audits."""


def audit_key_of(process: str) -> str:
    """Name the file of the key of a process."""
    return f"{process}.audit.pem"


def draw_audit_keys(folder: Path, processes: Iterable[str]) -> None:
    """Draw a key for each process into a folder that only its user reads."""
    keys = {process: OKPKey.generate_key("Ed25519") for process in processes}
    for process, key in keys.items():
        write_whole(folder / audit_key_of(process), _pem(key, private=True), mode=0o600)
    halves = "".join(_pem(key, private=False) for key in keys.values())
    write_whole(folder / AUDIT_PUBLIC, halves, mode=0o600)


def _pem(key: OKPKey, *, private: bool) -> str:
    return key.as_pem(private=private).decode()
