"""Parked records are settled by somebody who signed in, under `parking`'s own names (S9, XA9)."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from mash_local.stack import Stack
from mash_shared.audit.lines import COLLECTION, audit_database_of
from mash_shared.plumbing.broker import clients
from mash_shared.plumbing.rights import PARKING, of_agency
from support.campaign import until

pytestmark = [pytest.mark.engines, pytest.mark.rule("S9")]

GATEWAY = "agency-gateway.police"
PLACE = r"agency\.police\.reply\.v1/\d+/\d+"


def _told(stack: Stack, role: str) -> Mapping[str, str]:
    state = json.loads((stack.run.path / "stack.json").read_text())["parking"]
    token = stack.token(role=role, person="hav-ops-1", council="havering")
    told = {f"PARKING_{name.upper()}": said for name, said in state.items()}
    return os.environ | told | {"PARKING_TOKEN": token, "COLUMNS": "300"}


def _parked(stack: Stack, *words: str, role: str = "operations") -> tuple[int, str]:
    command = [sys.executable, "-m", "mash_shared.parked", *words]
    done = subprocess.run(
        command, env=_told(stack, role), capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


async def _nonsense(stack: Stack) -> None:
    url = stack.engines.kafka.url_for(of_agency("police"))
    async with AIOKafkaProducer(**clients(url)) as police:
        await police.send_and_wait("agency.police.reply.v1", b"{", key=uuid4().bytes)


def test_who_settles_is_proved_and_on_record(stack: Stack) -> None:
    asyncio.run(_nonsense(stack))
    found: list[str] = []

    def listed() -> bool:
        status, said = _parked(stack, "list", "--process", GATEWAY)
        assert status == 0, said
        found[:] = re.findall(PLACE, said)
        return bool(found)

    until(listed, "the gateway parks what is no reply")
    id_ = found[-1]
    status, said = _parked(stack, "discard", id_, "--why", "sent_anew", role="social_worker")
    assert (status, said.startswith("Only ")) == (1, True), said
    assert _parked(stack, "show", id_, "--why", "fault")[0] == 0
    assert _parked(stack, "discard", id_, "--why", "sent_anew") == (0, "1 discarded.\n")
    with MongoClient[dict[str, Any]](stack.engines.mongo.address) as administrator:
        lines = administrator[audit_database_of(PARKING)][COLLECTION]
        about = list(lines.find({"ids": id_, "kind": {"$ne": "search"}}, sort=[("at", 1)]))
    assert [(line["what"], line["who"], line["why"]) for line in about] == [
        ("show_parked", "hav-ops-1", "fault"),
        ("discard_parked", "hav-ops-1", "sent_anew"),
    ]


def test_who_settles_has_the_audit_trail_to_add_to_and_no_database(stack: Stack) -> None:
    with MongoClient[dict[str, Any]](stack.engines.mongo.url_for(PARKING)) as client:
        lines = client[audit_database_of(PARKING)][COLLECTION]
        for forbidden in (
            client["intake"]["contacts"].find_one,
            lambda: client[PARKING]["any"].insert_one({}),
            lambda: lines.delete_many({}),
            lambda: lines.update_many({}, {"$set": {"who": "nobody"}}),
        ):
            with pytest.raises(OperationFailure, match="not authorized"):
                forbidden()
