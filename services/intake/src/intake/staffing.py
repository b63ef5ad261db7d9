"""Who came, changed or left: told to the contacts that they work on (E6, F6, F7, A18)."""

from functools import partial
from typing import Any

from intake.directory import staff_news, staff_wanted, who_works, works_with
from intake.domain.contact import Contact
from intake.handlers import IntakeHandlers
from mash_shared.plumbing.documents import Store
from mash_shared.plumbing.telling import Fact, Teller
from mash_shared.plumbing.times import Now

AT_ONCE = 50
"""People, and contacts that somebody began to work on, that are seen to in one round."""


async def follow_staff(
    handlers: IntakeHandlers, store: Store[Contact], teller: Teller[Contact], now: Now
) -> None:
    """Let every open contact follow who works on it: by what was said, and by the time.

    A contact that somebody was named on while news of them came is seen to for its own sake, so
    that neither misses the other.
    """
    at = now()
    news = await staff_news(store, at, AT_ONCE)
    concerned = {id_ for one in news for id_ in await works_with(store, one)}
    concerned |= {*await staff_wanted(store, AT_ONCE)}
    works = await who_works(store, sorted(concerned))
    facts: list[tuple[str, Fact[Contact]]] = [
        (id_, partial(handlers.note_who_works, asked=one.asked, staff=one.staff, at=at))
        for id_, one in works.items()
    ]
    await teller.tell(facts)
    noted: Any = handlers.note_followed
    await teller.tell([(one.id, partial(noted, number=one.number, at=at)) for one in news])
