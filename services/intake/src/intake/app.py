"""Intake put together."""

from dataclasses import replace
from functools import partial

from intake.api import contact_api
from intake.consumers import due, subscriptions
from intake.domain.case import KNOWN_PREFIX, KnownCase
from intake.domain.contact import Contact
from intake.domain.staff import STAFF_PREFIX, KnownStaff
from intake.eraser import Eraser
from intake.handlers import IntakeHandlers
from intake.matcher import Matcher
from intake.settings import Settings
from intake.store import prepare
from mash_shared.http.often import Often
from mash_shared.plumbing.documents import Store
from mash_shared.plumbing.telling import Teller
from mash_shared.policy import load_packs
from mash_shared.service import Built, Parts, Service


def service() -> Service[Contact]:
    """Describe the service."""
    settings = Settings()
    handlers = IntakeHandlers(load_packs(settings.policies))

    def build(parts: Parts, store: Store[Contact]) -> Built:
        teller = Teller(name="matcher", work=parts.work, outbox=parts.outbox, now=parts.now)
        matcher = Matcher(
            handlers=handlers, store=store, teller=teller, now=parts.now, outages=parts.outages
        )
        eraser = Eraser(
            handlers=handlers,
            store=store,
            teller=replace(teller, name="eraser", though_erased=True),
            keys=parts.keys,
            now=parts.now,
            outages=parts.outages,
        )
        lookups = Often[str](settings.lookups_a_minute, parts.now)
        api = partial(contact_api, parts, store, handlers, matcher.look, lookups)
        return Built(api=api, loops=(matcher.keep_looking, eraser.keep_erasing))

    return Service(
        process="intake",
        settings=settings,
        aggregate=Contact,
        collection="contacts",
        beside={KNOWN_PREFIX: KnownCase, STAFF_PREFIX: KnownStaff},
        subscriptions=subscriptions(handlers),
        packs=handlers.packs,
        due=due(handlers),
        prepare=prepare,
        build=build,
    )
