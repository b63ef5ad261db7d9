"""Notify put together."""

from functools import partial

from mash_shared.plumbing.documents import Store
from mash_shared.plumbing.telling import Teller
from mash_shared.policy import load_packs
from mash_shared.service import Built, Parts, Service
from notify.api import notify_api
from notify.consumers import due, subscriptions
from notify.courier import Courier
from notify.domain import Notice
from notify.handlers import NotifyHandlers
from notify.post import SmtpPost
from notify.settings import Settings
from notify.store import prepare


def service() -> Service[Notice]:
    """Describe the service."""
    settings = Settings()
    handlers = NotifyHandlers(load_packs(settings.policies))

    def build(parts: Parts, store: Store[Notice]) -> Built:
        courier = Courier(
            name=settings.instance or "notify-0",
            sender=settings.sender,
            handlers=handlers,
            store=store,
            teller=Teller(name="courier", work=parts.work, outbox=parts.outbox, now=parts.now),
            post=SmtpPost(settings.smtp_host, settings.smtp_port, settings.mail_lookup_url),
            now=parts.now,
            outages=parts.outages,
        )
        return Built(
            api=partial(notify_api, parts, store, handlers), loops=(courier.keep_delivering,)
        )

    return Service(
        process="notify",
        settings=settings,
        aggregate=Notice,
        collection="notices",
        subscriptions=subscriptions(handlers),
        packs=handlers.packs,
        due=due(handlers),
        prepare=prepare,
        build=build,
    )
