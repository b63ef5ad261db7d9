"""Run the toy service as a process of its own: `python -m toy KAFKA MONGO FOLDER TAG [FAULT]`."""

import sys
import warnings
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from mash_shared.messages import Message
from mash_shared.run import run
from mash_shared.service import Built
from toy.domain import Noted, Sheet, note
from toy.hub import Toy


def handler(sheet: Sheet, message: Noted) -> Iterable[Message]:
    if message.text.startswith("warn"):
        warnings.warn(message.text, stacklevel=1)
    if message.text.startswith("fail"):
        raise ValueError(message.text)
    return note(sheet, message)


async def die_at_once(_: Any) -> None:
    raise ValueError("fail: Ada Example")


async def die_in_a_loop() -> None:
    await die_at_once(None)


kafka, mongo, folder, tag, fault = (*sys.argv[1:], "")[:5]
service = Toy(kafka=kafka, mongo_url=mongo, folder=Path(folder), tag=tag).service(handler)
if fault == "at-start":
    service = replace(service, prepare=die_at_once)
if fault == "later":
    service = replace(service, build=lambda *_: Built(loops=(die_in_a_loop,)))
run(service)
