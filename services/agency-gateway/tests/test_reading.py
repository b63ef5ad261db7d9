"""A reply as it comes from its topic: all that stands beside the body must agree with it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from agency_gateway.consumers import subscriptions
from agency_gateway.domain import Request
from agency_gateway.handlers import GatewayHandlers
from mash_shared.messages.agency_check import AgencyCheckRequested, AgencyReply
from mash_shared.plumbing.arrival import Arrival, Outcome
from mash_shared.plumbing.envelope import HEADERS, ContractError, Header
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.plumbing.subscription import Reader, Record
from mash_shared.plumbing.tracing import child_of
from mash_shared.testing import NOW, Desk, heard, packs, sample
from mash_shared.vocabulary import Lane
from support.came import Came

READER = Reader(subscriptions(GatewayHandlers(packs()), "police"), lambda: NOW)
REPLY = sample(AgencyReply)


def _came(**headers: str) -> Came:
    sent = Outgoing.of(REPLY, cause="x", source="tests", traceparent=child_of(None))
    changed = {name: text.encode() for name, text in headers.items()}
    return Came(sent.topic, sent.key, sent.body, tuple((dict(sent.headers) | changed).items()))


def _read(came: Came) -> Arrival:
    record: Record = came  # type: ignore[assignment]  # frozen, which the protocol does not ask
    (arrival,) = READER.read(record, Lane.RED)
    return arrival


@pytest.mark.rule("I5")
@pytest.mark.parametrize(
    ("came", "reason"),
    [
        (_came(ce_subject="another contact"), "ce_subject"),
        (_came(ce_source="/agencies/health"), "ce_source"),
        (_came(ce_source="/mash/agency-gateway.health"), "ce_source"),
        (replace(_came(), key=b"another contact"), "the key"),
        (replace(_came(), topic="agency.police.reply.v1"), "lane"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_stands_beside_a_reply_agrees_with_it_or_it_is_parked(came: Came, reason: str) -> None:
    with pytest.raises(ContractError, match=reason):
        _read(came)


def _counts_from(came: Came) -> datetime:
    desk = Desk(Request, REPLY.request_id, "agency-gateway.police")
    desk.do(heard(GatewayHandlers(packs()).hand_over, sample(AgencyCheckRequested), at=NOW))
    desk.do(_read(came).change)
    return desk.aggregate.disclosures[0].disclosed_at


@pytest.mark.parametrize("header", [one for one in HEADERS if one.needed], ids=lambda one: one.name)
def test_every_header_of_the_published_list_is_wanted(header: Header) -> None:
    whole = _came()
    without = tuple(one for one in whole.headers if one[0] != header.name)
    twice = (*whole.headers, (header.name, b"again"))
    with pytest.raises(ContractError, match=f"header {header.name} is missing"):
        _read(replace(whole, headers=without))
    with pytest.raises(ContractError, match=f"header {header.name} is given twice"):
        _read(replace(whole, headers=twice))
    wrong = {"pattern": "text/plain", "format": "yesterday", "maxLength": "x" * 201}
    for word in header.form.keys() & wrong.keys():
        with pytest.raises(ContractError, match=f"header {header.name} "):
            _read(_came(**{header.name: wrong[word]}))


@pytest.mark.rule("G3")
def test_a_reply_counts_from_when_the_broker_took_it_and_not_from_when_we_read_it() -> None:
    earlier = NOW - timedelta(hours=3)
    stamp = int(earlier.timestamp() * 1000)
    assert _counts_from(replace(_came(), timestamp=stamp)) == earlier
    assert _counts_from(replace(_came(), timestamp=stamp, timestamp_type=0)) == NOW
    assert _counts_from(replace(_came(), timestamp=stamp + 10**9)) == NOW


def test_a_message_cannot_pass_for_a_clock_or_an_act() -> None:
    for own in ("act:7", "clock:agency_check", "courier:1"):
        with pytest.raises(ContractError, match="ce_id"):
            _read(_came(ce_id=own))


@pytest.mark.rule("I4")
@pytest.mark.parametrize("changed", ["state", "nothing", "trace"])
def test_one_id_is_one_message_and_another_under_it_is_refused(changed: str) -> None:
    desk = Desk(Request, REPLY.request_id, "agency-gateway.police")
    desk.do(heard(GatewayHandlers(packs()).hand_over, sample(AgencyCheckRequested), at=NOW))
    first, again = _read(_came()), _came(traceparent=child_of(None))
    if changed == "state":
        other = REPLY.model_copy(update={"state": "nothing_known", "reply_id": "r-2"})
        again = replace(again, value=other.body())
    elif changed == "nothing":
        again = _came()
    settled = []
    for arrival in (first, _read(again)):
        taken = desk.take(arrival.change, arrival_id="e-1", fingerprint=arrival.fingerprint)
        settled.append(taken.settled)
    assert settled[0].outcome is Outcome.DONE
    if changed == "state":
        assert settled[1].outcome is Outcome.REFUSED
        assert "ce_id" in str(settled[1].error)
    else:
        assert settled[1].outcome is Outcome.REPEATED
    assert len(desk.aggregate.disclosures) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"ce_source": "/agencies/police"},
        {"ce_source": "urn:x"},
        {"content-type": "application/json; charset=utf-8"},
        {"traceparent": "none that anybody knows", "x-later": "whatever"},
    ],
)
def test_a_reply_that_agrees_is_read(headers: Any) -> None:
    assert _read(_came(**headers)).document_id == REPLY.request_id
