"""Lines of acts that could not be written at once: kept in a file until they can."""

import os
from collections.abc import Sequence
from pathlib import Path

import orjson

from mash_shared.plumbing.documents import Raw
from mash_shared.plumbing.logs import get_logger
from mash_shared.plumbing.metrics import AUDIT_KEPT

MOST_KEPT = 10_000

log = get_logger()


class Spool:
    """Keeps what lines say, in their order, over the end of the process.

    Without a folder they live as long as the process; production asks for one.
    """

    def __init__(self, folder: Path | None, copy: str) -> None:
        self._file = folder / f"{copy}.jsonl" if folder else None
        self.kept: list[Raw] = [*_read(self._file)] if self._file else []
        AUDIT_KEPT.set(len(self.kept))

    def keep(self, said: Raw) -> bool:
        """Keep what a line says; False where it cannot be kept."""
        if len(self.kept) >= MOST_KEPT:
            return False
        try:
            self._append(said)
        except OSError as error:
            log.error("audit_line_not_kept", error_type=type(error).__name__)
            return False
        self.kept.append(said)
        AUDIT_KEPT.set(len(self.kept))
        return True

    def forget(self, many: int) -> None:
        """Forget the first so many, which stand in the trail now."""
        del self.kept[:many]
        AUDIT_KEPT.set(len(self.kept))
        if self._file and many:
            draft = self._file.with_suffix(".draft")
            draft.write_bytes(b"".join(map(_as_line, self.kept)))
            draft.replace(self._file)

    def _append(self, said: Raw) -> None:
        if self._file is None:
            return
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._file.open("ab") as out:
            out.write(_as_line(said))
            out.flush()
            os.fsync(out.fileno())


def _as_line(said: Raw) -> bytes:
    return orjson.dumps(said, option=orjson.OPT_APPEND_NEWLINE)


def _read(file: Path) -> Sequence[Raw]:
    """Give what a file keeps; of a last line that is not whole nobody was answered."""
    if not file.exists():
        return ()
    lines = file.read_bytes().split(b"\n")[:-1]
    return [orjson.loads(line) for line in lines]
