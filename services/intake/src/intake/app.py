"""Intake put together."""

from intake.api import contact_api
from intake.consumers import subscriptions
from intake.domain import Contact
from intake.handlers import IntakeHandlers
from intake.settings import Settings
from mash_shared.policy import load_packs
from mash_shared.service import Service


def service() -> Service[Contact]:
    """Describe the service."""
    settings = Settings()
    handlers = IntakeHandlers(load_packs(settings.policies))
    return Service(
        process="intake",
        settings=settings,
        aggregate=Contact,
        collection="contacts",
        subscriptions=subscriptions(handlers),
        api=lambda parts, store: contact_api(parts, store, handlers),
    )
