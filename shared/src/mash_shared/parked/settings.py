"""What `python -m mash_shared.parked` is told: by PARKING_KAFKA and so on, or by our stack."""

import json
import os
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError
from pydantic_settings import SettingsConfigDict

from mash_shared.plumbing.settings import Connected

_PREFIX = "PARKING_"


class NotToldError(ValueError):
    """What is told is not enough, or contradicts itself; the sentence quotes none of it."""


class ParkingSettings(Connected):
    """The broker, the database of the audit trail, whose tokens are taken, and a token."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX)

    token: SecretStr = SecretStr("")
    """The bearer token of whoever looks and settles, where no file of it is named."""


def parking_settings(runs: Path = Path(".run")) -> ParkingSettings:
    """Give what the environment tells, else the newest stack under `.run` that is ready.

    Raises `NotToldError`.
    """
    told: dict[str, Any] = {} if f"{_PREFIX}KAFKA" in os.environ else _of_newest_stack(runs)
    try:
        return ParkingSettings(**told)
    except ValidationError as refused:
        said = (f"{''.join(map(str, one['loc']))} {one['msg']}" for one in refused.errors())
        raise NotToldError("; ".join(sentence.strip() for sentence in said)) from None


def _of_newest_stack(runs: Path) -> dict[str, Any]:
    for file in sorted(runs.glob("*/stack.json"), reverse=True):
        state = json.loads(file.read_text())
        if state.get("status") == "ready":
            told: dict[str, Any] = state["parking"]
            return told
    raise NotToldError("No broker: start a stack with `make up`, or set PARKING_KAFKA.")
