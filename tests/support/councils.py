"""Invented councils, each one file that shows a way in which a council may differ from the four."""

import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from mash_local.services import POLICIES
from mash_shared.policy import PolicyPacks, load_packs

INVENTED = Path(__file__).parents[1] / "councils"
THREE_LEVELS, NO_GATE, DECIDES_AT_NIGHT = "marshwood", "heronsgate", "nightingale"


def with_invented(folder: Path, *councils: str) -> Path:
    """Fill a new folder with the four councils' packs and those of the invented ones named."""
    shutil.copytree(POLICIES, folder)
    for council in councils:
        shutil.copy(INVENTED / f"{council}.toml", folder)
    return folder


@cache
def all_packs() -> PolicyPacks:
    """Give the packs of the four councils and of every invented one."""
    with TemporaryDirectory() as folder:
        names = (THREE_LEVELS, NO_GATE, DECIDES_AT_NIGHT)
        return load_packs(with_invented(Path(folder) / "packs", *names))
