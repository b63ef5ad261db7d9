"""The decision service put together."""

from functools import partial

from decision.api import decision_api
from decision.consumers import subscriptions
from decision.domain import Decision
from decision.handlers import DecisionHandlers
from decision.settings import Settings
from mash_shared.policy import load_packs
from mash_shared.service import Built, Service


def service() -> Service[Decision]:
    """Describe the service."""
    settings = Settings()
    handlers = DecisionHandlers(load_packs(settings.policies))
    return Service(
        process="decision",
        settings=settings,
        aggregate=Decision,
        collection="decisions",
        subscriptions=subscriptions(handlers),
        packs=handlers.packs,
        build=lambda parts, store: Built(api=partial(decision_api, parts, store, handlers)),
    )
