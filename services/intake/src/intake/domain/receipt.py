"""When something came: what is said of it, against the clock of the hub (X4)."""

from datetime import datetime, timedelta

from mash_shared.vocabulary import FieldRefusedError

CLOCKS_DIFFER_BY = timedelta(minutes=5)
"""How far ahead the clock of whoever writes to the hub may be without meaning anything."""


def received_by(said: datetime, now: datetime) -> datetime:
    """Give when something was received, which is not later than now, whatever clocks say (X4)."""
    if said > now + CLOCKS_DIFFER_BY:
        raise FieldRefusedError("received_at", "received_at is later than now.")
    return min(said, now)
