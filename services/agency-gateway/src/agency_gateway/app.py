"""The gateway of one agency put together."""

from functools import partial

from agency_gateway.api import gateway_api
from agency_gateway.consumers import subscriptions
from agency_gateway.domain import Request
from agency_gateway.handlers import GatewayHandlers
from agency_gateway.settings import Settings
from mash_shared.service import Built, Service


def service() -> Service[Request]:
    """Describe the service."""
    settings = Settings()
    return Service(
        process=f"agency-gateway.{settings.agency}",
        settings=settings,
        aggregate=Request,
        collection="requests",
        subscriptions=subscriptions(GatewayHandlers(), settings.agency),
        build=lambda parts, store: Built(api=partial(gateway_api, parts, store)),
    )
