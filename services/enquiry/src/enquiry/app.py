"""The enquiry service put together."""

from functools import partial

from enquiry.api import enquiry_api
from enquiry.consumers import due, subscriptions
from enquiry.domain import Enquiry
from enquiry.handlers import EnquiryHandlers
from enquiry.settings import Settings
from mash_shared.policy import load_packs
from mash_shared.service import Built, Service


def service() -> Service[Enquiry]:
    """Describe the service."""
    settings = Settings()
    handlers = EnquiryHandlers(load_packs(settings.policies))
    return Service(
        process="enquiry",
        settings=settings,
        aggregate=Enquiry,
        collection="enquiries",
        subscriptions=subscriptions(handlers),
        packs=handlers.packs,
        due=due(handlers),
        build=lambda parts, store: Built(api=partial(enquiry_api, parts, store, handlers.packs)),
    )
