"""Recommending and deciding, for one child at a time."""

from fastapi import FastAPI
from pydantic import BaseModel

from decision.domain import Decision, Judgement, OutstandingWork
from decision.forms import JudgementForm
from decision.handlers import DecisionHandlers
from mash_shared.clocks import Clock
from mash_shared.http.api import Asking, SignedIn, api, own, router
from mash_shared.plumbing.documents import Store
from mash_shared.service import Parts
from mash_shared.vocabulary import AgencyId, ReplyState, Urgency


class DecisionShown(BaseModel):
    """A decision, what it rests on and what came after it."""

    decision_id: str
    contact_id: str
    version: int
    urgency: Urgency
    slots: dict[AgencyId, ReplyState]
    gaps: tuple[AgencyId, ...]
    reply_ids: tuple[str, ...]
    late_reply_ids: list[str]
    work: OutstandingWork
    recommendation: Judgement | None
    decision: Judgement | None
    review_needed: bool
    clocks: list[Clock]


def _shown(decision: Decision, version: int) -> DecisionShown:
    own = {"decision_id": decision.id, "version": version}
    rest = DecisionShown.model_fields.keys() - own.keys()
    return DecisionShown(**own, **{name: getattr(decision, name) for name in rest})


def decision_api(parts: Parts, store: Store[Decision], handlers: DecisionHandlers) -> FastAPI:
    """Build the API: read, recommend, decide."""
    doors = parts.doors
    routes = router()

    @routes.get("/decisions/{decision_id}")
    async def read_decision(decision_id: str, person: SignedIn) -> DecisionShown:
        """Read one decision of the person's own council."""
        return _shown(*await own(store, decision_id, person))

    @routes.post("/decisions/{decision_id}/recommendation")
    async def recommend(decision_id: str, form: JudgementForm, ask: Asking) -> DecisionShown:
        """Recommend an outcome (H3)."""
        done = await doors.perform(handlers.recommend, decision_id, form, ask)
        return _shown(done.aggregate, done.version)

    @routes.post("/decisions/{decision_id}/outcome")
    async def decide(decision_id: str, form: JudgementForm, ask: Asking) -> DecisionShown:
        """Decide (H1-H5)."""
        done = await doors.perform(handlers.decide, decision_id, form, ask)
        return _shown(done.aggregate, done.version)

    return api("MASH decision", "What was decided for each child.", parts.tokens, routes)
