"""The enquiry service put together."""

from enquiry.api import enquiry_api
from enquiry.consumers import due, subscriptions
from enquiry.domain import Enquiry
from enquiry.handlers import EnquiryHandlers
from enquiry.settings import Settings
from mash_shared.policy import load_packs
from mash_shared.service import Service


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
        due=due(handlers),
        api=enquiry_api,
    )
