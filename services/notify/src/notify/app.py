"""Notify put together."""

from mash_shared.plumbing.documents import Store
from mash_shared.plumbing.outbox import Outbox
from mash_shared.plumbing.work import Work
from mash_shared.policy import load_packs
from mash_shared.service import Parts, Service
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

    def courier(parts: Parts, store: Store[Notice], work: Work[Notice], outbox: Outbox) -> Courier:
        return Courier(
            name=settings.instance or "notify-0",
            sender=settings.sender,
            handlers=handlers,
            store=store,
            work=work,
            outbox=outbox,
            post=SmtpPost(settings.smtp_host, settings.smtp_port, settings.mail_lookup_url),
            now=parts.now,
        )

    return Service(
        process="notify",
        settings=settings,
        aggregate=Notice,
        collection="notices",
        subscriptions=subscriptions(handlers),
        due=due(handlers),
        prepare=prepare,
        api=lambda parts, store: notify_api(parts, store, handlers),
        couriers=lambda *parts: (courier(*parts).keep_delivering,),
    )
