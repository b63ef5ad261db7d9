"""Who looks at parked records and settles them: somebody who signed in, with a line of it (S9)."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pymongo.errors import PyMongoError

from mash_shared.act import Person
from mash_shared.audit.line import Entry, Kind
from mash_shared.audit.opening import open_trail
from mash_shared.audit.trail import AuditAwayError, Trail
from mash_shared.parked.settings import ParkingSettings
from mash_shared.parked.settling import Why
from mash_shared.parked.shelf import Shelved, text_of
from mash_shared.plumbing.database import client_of
from mash_shared.plumbing.logs import hashed, ours_or_hashed
from mash_shared.plumbing.rights import PARKING
from mash_shared.plumbing.sign_in import tokens
from mash_shared.plumbing.times import Now, wall_clock
from mash_shared.plumbing.tracing import child_of, trace_id
from mash_shared.vocabulary import MANAGERS, NotEntitledError, Role

MAY = (Role.OPERATIONS, *MANAGERS)
"""Who may look at parked records and settle them, of whichever council: a record may name none."""
DONE, REFUSED = 200, 403
IN_ONE_LINE = 200
_PLACE = re.compile(r"[a-z0-9.-]{1,200}/\d{1,10}/\d{1,19}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Somebody at work on parked records; each step is noted before it is taken."""

    person: Person
    trail: Trail
    now: Now

    async def note(
        self, kind: Kind, what: str, records: Sequence[Shelved], why: Why | None = None
    ) -> None:
        """Say in the audit trail of which records this is; raises `AuditAwayError`."""
        for first in range(0, len(records) or 1, IN_ONE_LINE):
            part = records[first : first + IN_ONE_LINE]
            await self._say(kind, what, _ids(part), why, DONE)

    async def must_be_entitled(self, what: str) -> None:
        """Raise `NotEntitledError` for who has no role for it, once that is noted."""
        try:
            self.person.must_be_one_of(MAY, "look at parked records and settle them")
        except NotEntitledError:
            await self._say(Kind.NOBODY, what, (), None, REFUSED)
            raise

    async def _say(
        self, kind: Kind, what: str, ids: tuple[str, ...], why: Why | None, outcome: int
    ) -> None:
        entry = Entry(
            at=self.now(),
            kind=kind,
            what=what,
            method="COMMAND",
            person=self.person,
            ids=ids,
            why=why,
            outcome=outcome,
            refusal=NotEntitledError.__name__ if outcome == REFUSED else None,
            address=None,
            trace=trace_id(child_of(None)),
        )
        await self.trail.write(entry.said())


@asynccontextmanager
async def desk_of(
    settings: ParkingSettings, token: str, what: str, now: Now = wall_clock
) -> AsyncIterator[Desk]:
    """Let somebody in who is signed in and may; `what` is what they come for.

    Raises `NotSignedInError`, `KeysUnreachableError`, `NotEntitledError` or `AuditAwayError`.
    """
    person = await tokens(settings).person(f"Bearer {token}")
    client = client_of(settings.audits_at, f"{PARKING}-audit")
    try:
        trail = open_trail(client, PARKING, PARKING, settings, now)
        try:
            await trail.mend()
        except PyMongoError as error:
            raise AuditAwayError(type(error).__name__) from None
        desk = Desk(person=person, trail=trail, now=now)
        await desk.must_be_entitled(what)
        yield desk
    finally:
        await client.close()


def _ids(records: Sequence[Shelved]) -> tuple[str, ...]:
    """Name records by their places, and by what each is about as logs name it."""
    subjects = (text_of(one.headers, "ce_subject") for one in records)
    places = (one.id if _PLACE.fullmatch(one.id) else hashed(one.id) for one in records)
    return (*places, *dict.fromkeys(ours_or_hashed(one) for one in subjects if one))
