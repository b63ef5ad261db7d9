"""The councils' directory on this machine: invented staff, put on the topic that intake hears."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self
from uuid import uuid4

from aiokafka import AIOKafkaProducer
from pydantic import BaseModel, ConfigDict, TypeAdapter

from mash_local.run_folder import REPOSITORY
from mash_shared.messages.staff import StaffChanged
from mash_shared.plumbing.broker import clients
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.plumbing.tracing import child_of
from mash_shared.vocabulary import CouncilId, Role

FILE = REPOSITORY / "deploy" / "local" / "staff.json"
"""Who works for the four councils here; everybody is invented."""


class Member(BaseModel):
    """Somebody who works for a council, as a file of staff has them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    council: CouncilId
    display_name: str
    roles: tuple[Role, ...]
    teams: tuple[str, ...] = ()
    agency: str | None = None
    registration_number: str | None = None

    def news(self, at: datetime) -> Outgoing:
        """Give what the directory says of them."""
        said = self.model_dump(exclude={"id"})
        message = StaffChanged(contact_id=self.id, occurred_at=at, **said)
        return Outgoing.of(
            message, cause=uuid4().hex, source="council-directory", traceparent=child_of(None)
        )


@dataclass(frozen=True, slots=True)
class Directory:
    """Everybody who works for the councils of a run."""

    members: Sequence[Member]

    @classmethod
    def read(cls, file: Path = FILE) -> Self:
        """Read a file of staff; raises ValueError that names the field where it is wrong."""
        return cls.parse(file.read_bytes())

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """Read what a file of staff holds; raises ValueError as `read` does."""
        return cls(TypeAdapter(tuple[Member, ...]).validate_json(content))

    def holder(self, council: str, role: str, nth: int = 0) -> Member:
        """Give somebody who holds a role; raises LookupError where nobody does."""
        holding = [one for one in self.members if one.council == council and role in one.roles]
        if not holding:
            raise LookupError(f"Nobody of {council} is a {role} in the directory.")
        return holding[nth % len(holding)]

    def by_council(self) -> Counter[str]:
        """Count who works for each council."""
        return Counter(one.council for one in self.members)

    def publish(self, kafka: str, at: datetime) -> None:
        """Put everybody on the topic; what is there already holds only if it is newer."""
        asyncio.run(self._publish(kafka, at))

    async def _publish(self, kafka: str, at: datetime) -> None:
        async with AIOKafkaProducer(
            **clients(kafka), acks="all", enable_idempotence=True
        ) as producer:
            news = [one.news(at) for one in self.members]
            for said in news:
                await producer.send(said.topic, said.body, key=said.key, headers=[*said.headers])
            await producer.flush()
