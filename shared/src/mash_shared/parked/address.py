"""Where the broker is when nobody says it on the command line."""

import json
import os
from pathlib import Path


def default_broker(runs: Path = Path(".run")) -> str | None:
    """Give MASH_KAFKA, else the broker of the newest stack under `.run` that is ready."""
    if given := os.environ.get("MASH_KAFKA"):
        return given
    for file in sorted(runs.glob("*/stack.json"), reverse=True):
        state = json.loads(file.read_text())
        if state.get("status") == "ready":
            address: str = state["parking"]
            return address
    return None
