"""Times and names as people read them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def hour(moment: datetime) -> str:
    """Give a moment as London reads it off the wall."""
    return moment.astimezone(LONDON).strftime("%H:%M")


def when(moment: str) -> str:
    """Give an ISO moment with its weekday, as London reads it."""
    return datetime.fromisoformat(moment).astimezone(LONDON).strftime("%a %H:%M")


def lasting(length: timedelta) -> str:
    """Give a length of time in the two largest units that it has."""
    seconds = max(0, round(length.total_seconds()))
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds} s"
    minutes, hours, days = seconds // 60 % 60, seconds // 3600 % 24, seconds // 86400
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"


def plain(name: str) -> str:
    """Give a name of the vocabulary without its underscores."""
    return name.replace("_", " ")
