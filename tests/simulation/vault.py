"""The database of keys as intake's eraser sees it, of which only one thing is asked here."""

from collections.abc import Collection
from dataclasses import dataclass, field

from simulation.chance import Chance


@dataclass
class Vault:
    """Remembers whose keys were destroyed; documents of a story are sealed with none."""

    chance: Chance
    destroyed: set[str] = field(default_factory=set)

    async def destroy(self, names: Collection[str]) -> None:
        """Destroy keys: before and behind it others may come in between, or the server be away."""
        await self.chance.database()
        self.destroyed |= {*names}
        await self.chance.database()
