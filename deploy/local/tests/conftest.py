import sys
from pathlib import Path

import pytest

from mash_local.run_folder import RunFolder

STAND_IN = Path(__file__).with_name("stand_in_service.py")


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return RunFolder.create(tmp_path / ".run")


@pytest.fixture
def stand_in() -> list[str]:
    return [sys.executable, str(STAND_IN)]
