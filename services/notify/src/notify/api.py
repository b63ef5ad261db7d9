"""Notices and telephone tasks of the MASH administrator."""

from datetime import datetime

from fastapi import FastAPI
from pydantic import BaseModel

from mash_shared.audit.line import Kind
from mash_shared.http.access import Relation, access, act
from mash_shared.http.api import Asking, SignedIn, own, router
from mash_shared.http.service_api import service_api
from mash_shared.plumbing.documents import Store
from mash_shared.service import Parts
from notify.domain import Notice, Phase
from notify.forms import ToldByPerson
from notify.handlers import NotifyHandlers
from notify.roles import READ
from notify.telling import Heard


class NoticeShown(BaseModel):
    """How far a notice has come; the address is not shown.

    `to_tell` is what is known of each child and the referrer has not heard: `decided`, or the way
    they went; `heard` is what they have heard so far. Of several letters the phase, the attempts
    and the promise are the last one's.
    """

    contact_id: str
    version: int
    reference: str
    phase: Phase
    attempts: int
    due_at: datetime | None
    ended_at: datetime | None
    by_person_because: str | None
    to_tell: dict[str, str]
    heard: list[Heard]


def _shown(notice: Notice, version: int) -> NoticeShown:
    return NoticeShown(
        contact_id=notice.id,
        version=version,
        reference=notice.reference,
        phase=notice.phase,
        attempts=notice.tries,
        due_at=notice.promises[-1].due_at if notice.promises else None,
        ended_at=notice.ended_at,
        by_person_because=notice.by_person_because,
        to_tell=notice.to_tell(),
        heard=notice.heard,
    )


def notify_api(parts: Parts, store: Store[Notice], handlers: NotifyHandlers) -> FastAPI:
    """Build the API: read a notice, record that a person told the referrer."""
    routes = router()

    @routes.get("/notices/{contact_id}")
    @access(Kind.READ, Relation.CASE, READ)
    async def read_notice(contact_id: str, person: SignedIn) -> NoticeShown:
        """Read the notice of one contact of the person's own council."""
        return _shown(*await own(store, contact_id, person))

    @routes.post("/notices/{contact_id}/told-by-person")
    @act(handlers.told_by_person)
    async def told_by_person(contact_id: str, form: ToldByPerson, ask: Asking) -> NoticeShown:
        """Record that a person told the referrer, where the machine could not (K1)."""
        done = await parts.doors.perform(handlers.told_by_person, contact_id, form, ask)
        return _shown(done.aggregate, done.version)

    title, what = "MASH notify", "What referrers were told."
    return service_api(title, what, parts, store, handlers.packs, routes)
