"""The broker's classes laid out for the JVM to map: later starts take half the time."""

import hashlib
import subprocess
from pathlib import Path

_QUIET = "-Xlog:disable"  # a JVM that cannot use an archive goes on without it


class ClassArchive:
    """An archive beside the cached jars, written when the first broker stops in order.

    It is made from checked jars only, and the JVM ignores it when a jar has changed since.
    """

    def __init__(self, folder: Path, java: Path, run_name: str) -> None:
        stamp = f"{java}{java.stat().st_mtime_ns}".encode()
        stem = folder / f"classes-{hashlib.sha256(stamp).hexdigest()[:12]}"
        self._java = java
        self._base = stem.with_suffix(".base.jsa")
        self._file = stem.with_suffix(".jsa")
        self._draft = stem.with_suffix(f".{run_name}.jsa")

    def options(self, *, record: bool) -> list[str]:
        """Return the JVM's options: use the archive, else with `record` write it at the end."""
        if self._file.exists():
            return [f"-XX:SharedArchiveFile={self._file}", _QUIET]
        if not record or not self._has_base():
            return []
        recording = f"-XX:ArchiveClassesAtExit={self._draft}"
        return [f"-XX:SharedArchiveFile={self._base}", recording, _QUIET]

    def keep(self) -> None:
        """Let later brokers use what this run wrote, if it wrote anything."""
        if self._draft.exists():
            self._draft.replace(self._file)

    def _has_base(self) -> bool:
        if not self._base.exists():
            # a packaged Java comes without the archive of its own classes
            draft = self._draft.with_suffix(".base")
            dump = [str(self._java), "-Xshare:dump", f"-XX:SharedArchiveFile={draft}"]
            subprocess.run([*dump, "-XX:+UseSerialGC"], capture_output=True, check=False)
            if draft.exists():
                draft.replace(self._base)
        return self._base.exists()
