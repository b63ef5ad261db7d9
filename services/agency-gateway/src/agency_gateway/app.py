"""The gateway of one agency put together."""

from functools import partial

from agency_gateway.api import gateway_api
from agency_gateway.consumers import receipt_to, subscriptions
from agency_gateway.domain import SAID, Request, Said
from agency_gateway.handlers import GatewayHandlers
from agency_gateway.settings import Settings
from mash_shared.policy import load_packs
from mash_shared.service import Built, Service


def service() -> Service[Request]:
    """Describe the service."""
    settings = Settings()
    packs = load_packs(settings.policies)
    handlers = GatewayHandlers(packs)
    return Service(
        process=f"agency-gateway.{settings.agency}",
        settings=settings,
        aggregate=Request,
        beside={SAID: Said},
        collection="requests",
        subscriptions=subscriptions(handlers, settings.agency),
        receipt=receipt_to(settings.agency),
        build=lambda parts, store: Built(api=partial(gateway_api, parts, store, packs)),
    )
