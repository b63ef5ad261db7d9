"""The bank holidays that calendars go by are those of the library they were written from."""

import subprocess
import sys

from support.tree import ROOT


def test_the_file_is_current() -> None:
    script = ROOT / "tests" / "support" / "bank_holidays.py"
    written = subprocess.run([sys.executable, script], capture_output=True, check=True, text=True)
    file = ROOT / "shared" / "src" / "mash_shared" / "policy" / "bank_holidays.json"
    assert file.read_text() == written.stdout, "not what the library says; run `make docs`"
