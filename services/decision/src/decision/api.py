"""Recommending and deciding, for one child at a time."""

from fastapi import FastAPI
from pydantic import BaseModel

from decision.domain import Decision, Judgement
from decision.forms import JudgementForm
from decision.handlers import DecisionHandlers
from decision.roles import READ
from mash_shared.audit.line import Kind
from mash_shared.clocks import Clock
from mash_shared.http.access import Relation, access, act
from mash_shared.http.api import Asking, SignedIn, own, router
from mash_shared.http.service_api import service_api
from mash_shared.messages.contact import ChildWork
from mash_shared.plumbing.documents import Store
from mash_shared.reminders import sentences
from mash_shared.service import Parts
from mash_shared.vocabulary import AgencyId, ReplyState, Urgency


class DecisionShown(BaseModel):
    """A decision, what it rests on and what came after it.

    `work` says what comes first, whether somebody works with the child already, and why nothing is
    decided here any more of a child who is gone. With `facts_corrected` a recommendation or the
    decision was made before facts were put right, as the history of the contact has them.
    `reminders` are what is easily overlooked of the child (N1, O13).
    """

    decision_id: str
    contact_id: str
    version: int
    urgency: Urgency
    slots: dict[AgencyId, ReplyState]
    gaps: tuple[AgencyId, ...]
    coordinator: str | None
    reply_ids: tuple[str, ...]
    late_reply_ids: list[str]
    work: ChildWork | None
    reminders: tuple[str, ...]
    recommendation: Judgement | None
    decision: Judgement | None
    facts_corrected: bool
    review_needed: bool
    clocks: list[Clock]


def _shown(decision: Decision, version: int) -> DecisionShown:
    reminders = sentences(decision.work.reminders if decision.work else ())
    own = {"decision_id": decision.id, "version": version, "reminders": reminders}
    rest = DecisionShown.model_fields.keys() - own.keys()
    return DecisionShown(**own, **{name: getattr(decision, name) for name in rest})


def decision_api(parts: Parts, store: Store[Decision], handlers: DecisionHandlers) -> FastAPI:
    """Build the API: read, recommend, decide."""
    doors, routes = parts.doors, router()

    @routes.get("/decisions/{decision_id}")
    @access(Kind.READ, Relation.CASE, READ)
    async def read_decision(decision_id: str, person: SignedIn) -> DecisionShown:
        """Read one decision of the person's own council."""
        return _shown(*await own(store, decision_id, person))

    @routes.post("/decisions/{decision_id}/recommendation")
    @act(handlers.recommend)
    async def recommend(decision_id: str, form: JudgementForm, ask: Asking) -> DecisionShown:
        """Recommend an outcome (H3)."""
        done = await doors.perform(handlers.recommend, decision_id, form, ask)
        return _shown(done.aggregate, done.version)

    @routes.post("/decisions/{decision_id}/outcome")
    @act(handlers.decide)
    async def decide(decision_id: str, form: JudgementForm, ask: Asking) -> DecisionShown:
        """Decide for one child, by whom the policy names."""
        done = await doors.perform(handlers.decide, decision_id, form, ask)
        return _shown(done.aggregate, done.version)

    title, what = "MASH decision", "What was decided for each child."
    return service_api(title, what, parts, store, handlers.packs, routes)
