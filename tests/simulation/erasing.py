"""How a story ends: two people erase what is closed, and words of it come late."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.policy.front_door import Path
from mash_shared.vocabulary import Role
from simulation.hub import Hub
from simulation.log import LogRecord
from simulation.people import is_contact, staff
from support.councils import all_packs

_CONTACTS = "intake POST /contacts"
_PATH = "intake POST /contacts/{contact_id}"
_OF_ERASURE = ("contact.erased.", "contact.forgotten.", "clock.changed.", "dead-letter.", "replay.")
"""What is said of a contact after it was erased, and taken in."""


def asking(council: str, now: datetime) -> dict[str, Any]:
    """Give the act by which somebody's question is recorded, which names a child."""
    pack = all_packs().of(council)
    types, level = pack.contact.request_types.items(), pack.from_gravest()[-1][0]
    wanted = next(code for code, one in types if one.path in (Path.CONSULTATION, Path.INFORMATION))
    body = {
        "channel": "phone", "urgency": level, "received_at": now.isoformat(),
        "request_type": wanted, "concern": "Tobias Fenwick-Adair of 3 Marlpit Lane is tired.",
        "children": [{"full_name": "Tobias Fenwick-Adair"}],
        "referrer": {"kind": "professional", "full_name": "Ida Fenwick"},
        "consent": {"status": "not_sought"},
    }  # fmt: skip
    return _act(council, Role.MASH_MANAGER, _CONTACTS, {}, body)


def advising(council: str, contact: str) -> Iterator[dict[str, Any]]:
    """Give the acts that check whose child it is and answer the question: then nothing waits."""
    where = {"contact_id": contact}
    acts: tuple[tuple[str, Role, dict[str, Any]], ...] = (
        ("demographic-check", Role.MASH_MANAGER, {"result": "confirmed"}),
        ("advice", Role.MASH_MANAGER, {"advice": "Ring the school nurse."}),
        ("completion", Role.SOCIAL_WORKER, {}),
    )
    for path, role, body in acts:
        yield _act(council, role, f"{_PATH}/{path}", where, body)


def _act(
    council: str, role: Role, route: str, where: dict[str, str], body: dict[str, Any]
) -> dict[str, Any]:
    return {
        "do": "act", "at": "intake#0", "route": route,
        "person": [staff(council, role).id, council, [role.value]],
        "key": f"last-{route.rpartition('/')[2]}-{where.get('contact_id', council)}",
        "path": where, "body": body, "expects": None, "contact": where.get("contact_id", ""),
    }  # fmt: skip


def closed(hub: Hub) -> list[str]:
    """Give the contacts that are closed, and not erased."""
    kept = hub.collections["intake"].raws.items()
    states = ((id_, raw["state"]) for id_, raw in kept if is_contact(id_))
    return sorted(i for i, one in states if one["state"] == "closed" and not one.get("erased_at"))


def erasing(hub: Hub, contact: str) -> Iterator[dict[str, Any]]:
    """Give the two acts by which a contact is erased, each by another person."""
    council = hub.collections["intake"].raws[contact]["state"]["council"]
    acts: tuple[tuple[str, Role, dict[str, Any]], ...] = (
        ("erasure-proposal", Role.MASH_MANAGER, {"ground": "request_upheld", "note": "Upheld."}),
        ("erasure", Role.HEAD_OF_SERVICE, {"agrees": True, "note": "Read as well."}),
    )
    for path, role, body in acts:
        yield _act(council, role, f"{_PATH}/{path}", {"contact_id": contact}, body)


def said_late(hub: Hub) -> None:
    """Say again, under new ids, the last of each kind that was said of each erased contact."""
    raws = hub.collections["intake"].raws
    erased = {id_ for id_, raw in raws.items() if raw["state"].get("erased_at")}
    last: dict[tuple[str, str], LogRecord] = {}
    for record in hub.log.appended:
        contact = _contact_of(record)
        if contact in erased and not record.topic.startswith(_OF_ERASURE):
            last[record.topic, contact] = record
    for record in last.values():
        headers = dict(record.headers)
        late = str(uuid5(NAMESPACE_URL, f"late {record.topic} {headers['ce_id']!r}"))
        headers["ce_id"] = late.encode()
        hub.log.append(
            Outgoing(
                id=late, topic=record.topic, key=record.key,
                headers=tuple(headers.items()), body=record.value,
            )
        )  # fmt: skip


def _contact_of(record: LogRecord) -> str:
    body = json.loads(record.value or b"{}")
    return str(body.get("contact_id", "")) if isinstance(body, dict) else ""
