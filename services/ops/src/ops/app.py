"""Ops put together."""

from functools import partial

from mash_shared.policy import load_packs
from mash_shared.service import Built, Service
from ops.api import ops_api
from ops.consumers import subscriptions
from ops.domain import Case
from ops.handlers import OpsHandlers
from ops.settings import Settings
from ops.store import prepare


def service() -> Service[Case]:
    """Describe the service."""
    settings = Settings()
    packs = load_packs(settings.policies)
    return Service(
        process="ops",
        settings=settings,
        aggregate=Case,
        collection="cases",
        subscriptions=subscriptions(OpsHandlers()),
        prepare=prepare,
        build=lambda parts, store: Built(api=partial(ops_api, parts, store, packs)),
    )
