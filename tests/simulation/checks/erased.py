"""Erasure: by two people, everywhere, for good, and the key last (S18, S26)."""

import json
from collections.abc import Iterator

from mash_shared.policy import Pack
from simulation.news import News, Raw
from support.stored import KINDS


def by_two_people(news: News) -> Iterator[str]:
    """S26: whoever agreed is somebody else than who proposed, and each held a role for it."""
    for id_ in news.erased:
        state = news.hub.collections["intake"].raws[id_]["state"]
        erasure = state["erasure"]
        if erasure["proposed_by"] == erasure["agreed_by"]:
            yield f"S26 contact {id_} was erased by one person"
        retention = _pack(news, state).retention
        for who, roles in (
            ("proposed_by", retention.propose_roles), ("agreed_by", retention.agree_roles),
        ):  # fmt: skip
            if erasure[who].split("-")[-2] not in {role.value for role in roles}:
                yield f"S26 contact {id_} was erased by {erasure[who]}"


def _pack(news: News, state: Raw) -> Pack:
    return news.pack(state["council"])


def for_good(news: News) -> Iterator[str]:
    """S18: what was erased stays so, and holds nothing but what is declared as kept."""
    for change in news.changes:
        if change.was.get("erased_at") and not change.now.get("erased_at"):
            yield f"S18 {change.process} {change.id} came back"
        if change.now.get("erased_at"):
            kept = set().union(*(kind.KEPT for kind in KINDS[change.process]))
            if change.now.keys() - kept:
                yield f"S18 {change.process} {change.id} keeps more than a stub does"


def the_key_goes_last(news: News) -> Iterator[str]:
    """S18: a key is destroyed only when nothing but stubs is left under it, anywhere."""
    gone = {name.removeprefix("contact/") for name in news.hub.vault.destroyed}
    if not gone:
        return
    if gone - news.erased:
        yield f"S18 the key of {min(gone - news.erased)} is gone, and nobody erased it"
    for process in news.hub.collections:
        for id_, raw in news.kept(process).items():
            if raw["state"].get("contact_id") in gone:
                yield f"S18 {process} {id_} is kept under a key that is gone"


def forgotten_everywhere(news: News) -> Iterator[str]:
    """S18: at rest an erased contact is forgotten by everybody, and its key is destroyed."""
    for id_ in news.erased:
        state = news.hub.collections["intake"].raws[id_]["state"]
        if not state["key_destroyed"] or f"contact/{id_}" not in news.hub.vault.destroyed:
            yield f"S18 contact {id_} is erased, and its key is there"
        if set(state["erasure"]["awaited"]) != state["erasure"]["forgotten"].keys():
            yield f"S18 contact {id_} is not forgotten by all"
    for process, collection in news.hub.collections.items():
        for id_, raw in collection.raws.items():
            if raw["state"].get("contact_id") in news.erased:
                said = json.dumps([raw["state"], raw["outgoing"]], default=str)
                if any(word in said for word in ("Fenwick", "Marlpit", "99900000")):
                    yield f"S18 {process} {id_} names somebody who was erased"


AFTER_EVERY_STEP = (by_two_people, for_good, the_key_goes_last)
AT_REST = (forgotten_everywhere,)
