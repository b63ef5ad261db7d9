"""Records that nobody would write on purpose: arbitrary bytes, and good records spoilt somewhere.

`python tests/support/hostile.py 1000000` reads so many; whatever is raised but a refusal to read
is printed with its record, and the exit status is 1.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from agency_gateway.consumers import subscriptions
from agency_gateway.handlers import GatewayHandlers
from mash_shared.catalogue.samples import sample_of
from mash_shared.messages.agency_check import AgencyReply
from mash_shared.messages.agency_says import AgencyInformation
from mash_shared.plumbing.envelope import ContractError
from mash_shared.plumbing.subscription import BROKERS_TIME, Reader
from mash_shared.testing import NOW, packs
from mash_shared.vocabulary import Lane

ROOT = Path(__file__).parents[2]
Headers = tuple[tuple[str, bytes | None], ...]
NASTY = (
    b"", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", "²".encode(), b"9" * 5000, b"[" * 60_000,
    b'{"a":' * 5000, b"NaN", b"1e999999", b"v2", b".v9999999999", b"\xf0\x9f\x92\xa9", b"\r\n",
)  # fmt: skip


@dataclass(frozen=True)
class Hostile:
    """One record, in the form in which a reader is given it."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers
    partition: int = 0
    offset: int = 0
    timestamp: int = int(NOW.timestamp() * 1000)
    timestamp_type: int = BROKERS_TIME


def good(agency: str = "police") -> Hostile:
    """Give a reply as an agency would write it."""
    sample = sample_of(ROOT / "shared" / "samples", AgencyReply)
    body = AgencyReply.model_validate(sample.body | {"agency": agency})
    kind = AgencyReply.topic_in(Lane.AMBER, agency=agency)
    said = {**sample.headers, "ce_type": kind}
    headers = tuple((name, text.encode()) for name, text in said.items())
    topic = body.topic_in(body.lane, agency=agency)
    return Hostile(topic=topic, key=body.contact_id.encode(), value=body.body(), headers=headers)


def told(agency: str = "police") -> Hostile:
    """Give what an agency tells of its own accord, as it would write it."""
    sample = sample_of(ROOT / "shared" / "samples", AgencyInformation)
    body = AgencyInformation.model_validate(sample.body | {"agency": agency})
    kind = AgencyInformation.topic_in(Lane.AMBER, agency=agency)
    said = {**sample.headers, "ce_type": kind}
    headers = tuple((name, text.encode()) for name, text in said.items())
    return Hostile(topic=kind, key=body.contact_id.encode(), value=body.body(), headers=headers)


def hostile(rng: random.Random, one: Hostile) -> Iterator[Hostile]:
    """Spoil a record, again and again, each time somewhere else."""
    while True:
        spoilt = one
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            spoilt = _spoilt(rng, spoilt)
        yield spoilt


def _spoilt(rng: random.Random, one: Hostile) -> Hostile:
    where = rng.choice(("key", "value", "value", "header", "header", "headers"))
    if where == "key":
        return replace(one, key=_bytes(rng, one.key))
    if where == "value":
        return replace(one, value=_bytes(rng, one.value))
    headers = list(one.headers)
    if where == "headers" or not headers:
        headers.insert(rng.randint(0, len(headers)), (_name(rng), _bytes(rng, b"any")))
    else:
        place = rng.randrange(len(headers))
        name, value = headers[place]
        headers[place] = rng.choice(((name, _bytes(rng, value)), (_name(rng), value)))
    if rng.random() < 0.1:
        headers.append(rng.choice(headers))
    return replace(one, headers=tuple(headers))


def _name(rng: random.Random) -> str:
    return rng.choice(("ce_id", "ce_type", "traceparent", "x-²", "", "x\x00", "elasticapm", "ce_"))


def _bytes(rng: random.Random, was: bytes | None) -> bytes | None:
    way = rng.randrange(6)
    if way == 0 or was is None:
        return rng.choice((None, rng.randbytes(rng.randint(0, 40))))
    if way == 1:
        return rng.choice(NASTY)
    at = rng.randint(0, len(was))
    if way == 2:
        return was[:at] + rng.choice(NASTY) + was[at:]
    if way == 3:
        return was[:at]
    if way == 4:
        return was[:at] + rng.randbytes(rng.randint(1, 4)) + was[at + rng.randint(0, 4) :]
    return was[:at] + was[at + rng.randint(1, 8) :]


def read(many: int, seed: int = 0) -> tuple[Counter[str], list[str]]:
    """Read so many hostile records; give how they ended, and what was raised that may not be."""
    rng = random.Random(seed)  # noqa: S311 - the same every time
    reader = Reader(subscriptions(GatewayHandlers(packs()), "police"), lambda: NOW)
    ends: Counter[str] = Counter()
    wrong: list[str] = []
    both = zip(hostile(rng, good()), hostile(rng, told()), strict=True)
    for record, _ in zip((one for pair in both for one in pair), range(many), strict=False):
        try:
            reader.read(record, Lane.RED)
            ends["read"] += 1
        except ContractError as error:
            ends[str(error)[:24]] += 1
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            wrong.append(f"{type(error).__name__} by {record!r:.300}")
    return ends, wrong


def main() -> int:
    """Read as many as the command line says."""
    many, began = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, time.monotonic()
    ends, wrong = read(many)
    print(
        f"{many} hostile records, {ends['read']} of them readable after all, "
        f"{time.monotonic() - began:.0f} s; raised what they may not: {len(wrong)}"
    )
    for line in wrong[:10]:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
