"""The mail relay and the search for what it took: slow, refusing or silent, as chance has it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from notify.letters import NotAcceptedError
from simulation.chance import Chance


@dataclass(kw_only=True)
class Relay:
    """Keeps every mail it took, and when; `moods` says how it meets the next ones."""

    chance: Chance
    run_time: Callable[[], datetime]
    mails: list[tuple[datetime, EmailMessage]] = field(default_factory=list)
    moods: list[str] = field(default_factory=list)

    async def send(self, mail: Any, *, to: str, until: float) -> None:
        """Take a mail, or do not; raises `NotAcceptedError`."""
        await self.chance.outside()
        assert asyncio.get_running_loop().time() < until, "a letter left too late"
        assert to == mail["To"], "an envelope has another address than its letter"
        mood = self.moods.pop() if self.moods else "takes"
        if mood == "away":
            raise NotAcceptedError("away", certain=True)
        if mood == "refuses":
            raise NotAcceptedError("refused", certain=True, final=True)
        self.mails.append((self.run_time(), mail))
        await self.chance.outside()
        if mood == "silent":
            raise NotAcceptedError("no answer", certain=False)

    async def has(self, message_id: str) -> bool | None:
        """Say whether it took a mail; None where nobody can say."""
        await self.chance.outside()
        if self.moods and self.moods[-1] == "unknown":
            self.moods.pop()
            return None
        return any(mail["Message-ID"] == f"<{message_id}>" for _, mail in self.mails)
