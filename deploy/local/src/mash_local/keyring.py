"""The keys of a hub in containers: a folder for each container, with what is its own to know.

Nobody keeps the key that signs: it ends with the process that made the set. So a set is never added
to. One that lacks a file, because a container is new, or that has ended, is made anew, whole. Only
the councils' keys are kept, for what they closed is in the database.
"""

import datetime as dt
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509

from mash_local.audit_key import AUDIT_PUBLIC, audit_key_of, draw_audit_keys
from mash_local.authority import ADMINISTRATOR, BROKER, MEMBER, Authority
from mash_local.run_folder import COUNCIL_KEYS, write_whole
from mash_local.tokens import PRIVATE_KEY, PUBLIC_KEYS, TokenIssuer
from mash_shared.plumbing.rights import PARKING, of_agency, outsiders
from mash_shared.plumbing.topics import processes
from mash_shared.sealing.keys import drawn

KEYS = "/keys"
"""Where each container has its own folder."""
HOLDS_FOR = dt.timedelta(days=366)
CA = "ca.pem"
_TOOLS = f"{BROKER}.properties"
_TOOLS_SETTINGS = f"""\
security.protocol=SSL
ssl.keystore.type=PEM
ssl.keystore.location={KEYS}/{BROKER}.pem
ssl.truststore.type=PEM
ssl.truststore.location={KEYS}/{CA}
"""
"""How the tools in the broker's image sign in, as the broker itself."""


@dataclass(frozen=True)
class Bunch:
    """What one container is given: names of files, or `{name there: name in the set}`."""

    container: str
    files: Sequence[str]
    renamed: dict[str, str] = field(default_factory=dict)
    is_of_another: bool = True
    """Whether it runs as another user than we do, who has to read what we write."""

    @property
    def sources(self) -> dict[str, str]:
        """Which file of the set each of its files is."""
        return {name: name for name in self.files} | self.renamed

    @property
    def mode(self) -> int:
        """Who may read its files; no other container sees the volume they are in."""
        return 0o644 if self.is_of_another else 0o600


def container_of(process: str) -> str:
    """Name the container of a process, whose own name may have a dot."""
    return process.replace(".", "-")


def bunches(agencies: Sequence[str]) -> tuple[Bunch, ...]:
    """Say what every container is given."""
    hub = processes(agencies)
    passwords = [f"{process}.password" for process in hub]
    # programs of this machine come by a door where a certificate is asked for, not a password
    visitors = [f"{name}.pem" for name in (ADMINISTRATOR, PARKING, *outsiders(agencies))]
    return (
        Bunch("kafka", (CA, f"{BROKER}.pem", _TOOLS)),
        Bunch("mongo", (CA, f"{MEMBER}.pem")),
        Bunch("topics", (CA, f"{ADMINISTRATOR}.pem", *passwords), is_of_another=False),
        Bunch("token", (PRIVATE_KEY,), is_of_another=False),
        Bunch("staff", (CA, "council-directory.pem"), is_of_another=False),
        Bunch("machine", (CA, AUDIT_PUBLIC, *visitors, PUBLIC_KEYS), is_of_another=False),
        *(
            Bunch(
                container_of(one),
                (CA, f"{one}.pem", f"{one}.password", PUBLIC_KEYS, COUNCIL_KEYS),
                renamed={"audit-key.pem": audit_key_of(one)},
            )
            for one in hub
        ),
        *(
            Bunch(
                f"sandbox-agency-{agency}",
                (CA,),
                renamed={"agency.pem": f"{of_agency(agency)}.pem"},
                is_of_another=False,
            )
            for agency in agencies
        ),
    )


def is_whole(
    out: Path, agencies: Sequence[str], councils: Collection[str], now: dt.datetime
) -> bool:
    """Whether every container has its files, with a key of each council, and they still hold."""
    wanted = [(out / one.container, name) for one in bunches(agencies) for name in one.sources]
    if not all((folder / name).is_file() for folder, name in wanted):
        return False
    if not {*councils} <= json.loads(_councils_keys(out, agencies)).keys():
        return False
    ca = x509.load_pem_x509_certificate((out / "topics" / CA).read_bytes())
    return ca.not_valid_after_utc > now


def make(out: Path, agencies: Sequence[str], councils: Collection[str]) -> None:
    """Make a whole set, in place of any before, whose councils' keys are kept.

    Every folder is emptied of the rest before the first is filled, so that of a set that was half
    made there is always something missing.
    """
    given = bunches(agencies)
    kept = _councils_keys(out, agencies)
    for bunch in given:
        (out / bunch.container).mkdir(parents=True, exist_ok=True)
        for file in (out / bunch.container).iterdir():
            if file.name != COUNCIL_KEYS:
                file.unlink()
    with TemporaryDirectory() as folder:
        made = Path(folder)
        _draw(made, {source for bunch in given for source in bunch.sources.values()}, agencies)
        (made / COUNCIL_KEYS).write_text(drawn(councils, kept))
        for bunch in given:
            for name, source in bunch.sources.items():
                file = out / bunch.container / name
                write_whole(file, (made / source).read_text(), mode=bunch.mode)
                file.chmod(bunch.mode)  # whatever is masked where we run


def _councils_keys(out: Path, agencies: Sequence[str]) -> str:
    """Give the councils' keys that some container has, none where none has any."""
    files = [out / bunch.container / COUNCIL_KEYS for bunch in bunches(agencies)]
    return next((file.read_text() for file in files if file.is_file()), "{}")


def _draw(folder: Path, wanted: set[str], agencies: Sequence[str]) -> None:
    authority = Authority(folder, HOLDS_FOR)
    TokenIssuer.create(folder)
    draw_audit_keys(folder, processes(agencies))
    (folder / _TOOLS).write_text(_TOOLS_SETTINGS)
    authority.certificate(BROKER, _at("kafka"))
    authority.certificate(MEMBER, _at("mongo"), organisation=MEMBER)
    for name in map(Path, wanted):
        if name.suffix == ".pem":
            authority.of(name.stem)
        elif name.suffix == ".password":
            authority.password(name.stem)


def _at(container: str) -> list[str]:
    return [container, "localhost", "127.0.0.1"]
