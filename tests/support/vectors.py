"""Write the vectors of the adapter kit: `python tests/support/vectors.py`.

Requests and their hashes; replies, and what the real gateway says of them. Whoever writes an
agency's program in another language tries theirs on the same files.
"""

import asyncio
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from agency_gateway.conformance.gateway import Came, PlayedGateway, signed
from mash_shared.catalogue.samples import sample_of
from mash_shared.messages.agency_check import (
    AgencyCheckCancelled,
    AgencyCheckRequested,
    AgencyReply,
    AgencyRequest,
)
from mash_shared.testing import NOW, ROOT, sample

VECTORS = ROOT / "deploy" / "adapters" / "vectors"
SAMPLES = ROOT / "shared" / "samples"
WORDS = {
    "ASCII alone": "He was late twice.",
    "an emoji, which is two units in UTF-16": "She drew \U0001f600 and \U0001f469\u200d\U0001f467.",
    "DEL, which is written as \\u007f": "before\u007fafter",
    "a letter with a combining mark, which is not composed": "Zoe\u0308 and Zo\u00eb",
    "what JSON escapes": 'quotes " and \\ and / and\ttab\nand line',
    "a line separator, which some languages escape": "one\u2028two",
    "a script written from right to left": "\u0633\u0627\u0631\u0629",
}
FACT = {
    "fact_id": "f-1",
    "about": ["f4b75a09b1b258bba1050ce25d41a0ef-1"],
    "text": "Known.",
    "relevance": "It matters.",
    "handling": "family_may_know",
}
Change = Mapping[str, Any]
NONE: Change = {}
CASES: Mapping[str, Change] = {
    "as the sample is": NONE,
    "the same record again": {"before": [NONE]},
    "another answer under the same id": {"before": [NONE], "body": {"analysis": "Otherwise."}},
    "a correction under an id of its own": {
        "before": [NONE],
        "body": {"reply_id": "r-2", "analysis": "Put right."},
        "headers": {"ce_id": "r-2"},
    },
    "another answer under the same reply_id, but another ce_id": {
        "before": [NONE],
        "body": {"analysis": "Otherwise."},
        "headers": {"ce_id": "r-2"},
    },
    "another answer under an id of its own, but an old ce_id": {
        "before": [NONE],
        "body": {"reply_id": "r-2"},
    },
    "a request that was taken back": {"taken_back": True},
    "a request that was never sent": {"never_asked": True},
    "nobody answers, after an answer": {
        "before": [NONE],
        "body": {"reply_id": "r-2", "state": "unavailable", "facts": None},
        "headers": {"ce_id": "r-2"},
    },
    "facts without an analysis": {"body": {"analysis": None}},
    "nobody named who answers": {"body": {"designated_professional": None}},
    "two facts of one id": {"body": {"facts": [FACT, FACT]}},
    "a fact about a child who is not in the request": {
        "body": {"facts": [{**FACT, "about": ["another-child"]}]}
    },
    "information without facts": {"body": {"facts": None}},
    "facts under a state that has none": {"body": {"state": "declined", "declined_reason": "No."}},
    "declined without a reason": {"body": {"state": "declined", "facts": None}},
    "no hash": {"body": {"request_hash": None}},
    "another hash": {"body": {"request_hash": "0" * 64}},
    "another enquiry": {"body": {"enquiry_id": "enq-of-another"}},
    "another urgency": {"body": {"urgency": "grave"}},
    "another council": {"body": {"council": "lewisham"}},
    "a state that there is not": {"body": {"state": "perhaps"}},
    "facts that are a text": {"body": {"facts": "see attached"}},
    "another agency": {"body": {"agency": "health"}},
    "a field that nobody knows": {"body": {"added_later": "x"}},
    "a header that nobody knows": {"headers": {"x-later": "x"}},
    "the other lane": {"topic": "agency.police.reply.v1"},
    "another key": {"key": "another-contact"},
    "another subject": {"headers": {"ce_subject": "another-contact"}},
    "another agency's source": {"headers": {"ce_source": "/agencies/health"}},
    "no ce_id": {"headers": {"ce_id": None}},
    "no content-type": {"headers": {"content-type": None}},
    "another ce_type": {"headers": {"ce_type": "agency.police.request.v1"}},
    "a time without a zone": {"headers": {"ce_time": "2026-03-11T10:05:48"}},
    "a body that is not JSON": {"raw": "{this is not JSON"},
    "a byte-order mark": {"raw": "\ufeff{}"},
    "no body": {"raw": None},
}
"""What is changed in the sample; `before` is what came earlier; None takes a field away."""


def hashes() -> list[dict[str, Any]]:
    """Give requests as they are on their topic, and the hash of each."""
    body = sample_of(SAMPLES, AgencyRequest).body
    given = ({**body, "concern": words} for words in WORDS.values())
    requests = [signed(one) for one in given]
    return [
        {"name": name, "request": one, "request_hash": one["request_hash"]}
        for name, one in zip(WORDS, requests, strict=True)
    ]


def replies() -> dict[str, Any]:
    """Give a request, a reply to it, changes of that reply, and the receipt of each."""
    return asyncio.run(_replies())


async def _replies() -> dict[str, Any]:
    request = json.loads((await _asked(PlayedGateway("police", lambda: NOW))).body or b"")
    one = sample_of(SAMPLES, AgencyReply)
    copied = AgencyRequest.model_validate(request).copied()
    reply = {
        "topic": "agency.police.reply.red.v1",
        "key": one.key,
        "headers": one.headers,
        "body": {**one.body, **copied},
    }
    cases = [
        {"name": name, **change, "receipt": await receipt_of(reply, change)}
        for name, change in CASES.items()
    ]
    return {"request": request, "reply": reply, "cases": cases}


async def _asked(gateway: PlayedGateway) -> Any:
    (given,) = await gateway.say(sample(AgencyCheckRequested, reply_by=NOW + timedelta(hours=1)))
    return given


async def receipt_of(reply: Change, change: Change) -> dict[str, Any]:
    """Say what the gateway tells of a reply with some of it changed, after what came before."""
    gateway = PlayedGateway("police", lambda: NOW)
    if not change.get("never_asked"):
        await _asked(gateway)
    for offset, earlier in enumerate(change.get("before", ()), start=1):
        await gateway.hear(_record(reply, earlier, offset))
    if change.get("taken_back"):
        same = {name: reply["body"][name] for name in ("contact_id", "enquiry_id", "request_id")}
        await gateway.say(sample(AgencyCheckCancelled, agency="police", **same))
    receipt, _ = await gateway.hear(_record(reply, change, 9))
    said = {name: getattr(receipt, name) for name in ("became", "code", "pointer")}
    return {name: value for name, value in said.items() if value is not None}


def _record(reply: Change, change: Change, offset: int) -> Any:
    """Give the record of a reply with some of it changed, a second later than the one before."""
    body = json.dumps(_changed(reply["body"], change.get("body", NONE)))
    text = change.get("raw", body)
    headers = _changed(reply["headers"], change.get("headers", NONE))
    at = int(NOW.timestamp() * 1000) - 10_000 + offset * 1000
    came = Came(
        topic=change.get("topic", reply["topic"]),
        key=change.get("key", reply["key"]).encode(),
        value=None if text is None else text.encode(),
        headers=[(name, value.encode()) for name, value in headers.items()],
        offset=offset,
        timestamp=at,
    )
    return cast("Any", came)


def _changed(whole: Change, change: Change) -> dict[str, Any]:
    return {name: value for name, value in {**whole, **change}.items() if value is not None}


def files() -> dict[Path, str]:
    """Give every file of vectors, as it would be written now."""
    made = {"hashes.json": hashes(), "replies.json": replies()}
    return {
        VECTORS / name: json.dumps(one, indent=1, ensure_ascii=True) + "\n"
        for name, one in made.items()
    }


if __name__ == "__main__":
    VECTORS.mkdir(parents=True, exist_ok=True)
    for file, text in files().items():
        file.write_text(text, encoding="utf-8")
