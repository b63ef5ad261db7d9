"""Named points at which a test lets a process die (the crash matrix, C1-C13).

Without `CRASH_AT` a point costs one comparison; the settings refuse it in production.
"""

import asyncio
import os
import signal


class CannotRunError(RuntimeError):
    """A process must not run like this; `str(error)` is one sentence that operators may read."""


class CrashPoints:
    """Kills this very process, without any farewell, when the armed point is reached."""

    def __init__(self) -> None:
        self._point = ""
        self._countdown = 0

    def arm(self, spec: str) -> None:
        """Arm one point: `C7` dies the first time, `C7:3` the third time it is reached."""
        self._point, _, count = spec.partition(":")
        self._countdown = int(count or 1)

    def reach(self, point: str) -> None:
        """Say that a point is reached."""
        if point != self._point:
            return
        self._countdown -= 1
        if self._countdown == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    async def reach_once_answered(self, point: str) -> None:
        """Say that a point is reached; where it is armed, let answers already given leave first."""
        if point == self._point:
            await asyncio.sleep(0.2)
        self.reach(point)


crash = CrashPoints()
