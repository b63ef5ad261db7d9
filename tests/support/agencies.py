"""Invariants of the traffic with agencies and referrers."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from mash_local.services import AGENCIES
from support.messages import ANSWERED
from support.outside import World

Raw = dict[str, Any]
Line = tuple[str, str]
"""A reply as the ledgers of gateway and enquiry have it: its id and its hash."""
MAIL_DOMAIN = "mash.example"


def asked_once(world: World, contacts: set[str]) -> Iterator[str]:
    """I3: one processed request per enquiry, selected agency and round; repeats are the same."""
    for agency in AGENCIES:
        slots = [
            raw["state"]["slots"][agency]
            for raw in world.of("enquiry", contacts)
            if agency in raw["state"]["slots"]
        ]
        rounds = {asked["request_id"]: asked for slot in slots for asked in slot["rounds"]}
        lines = [line for line in world.ledgers[agency] if line["enquiry_id"][4:] in contacts]
        processed = Counter(line["request_id"] for line in lines if line["action"] != "repeat")
        for request in sorted(rounds.keys() | processed.keys()):
            asked = rounds.get(request)
            if asked is None:
                yield f"I3 {agency} was asked for {request}, which did not select it"
            elif not processed[request] and asked["taken_back_at"]:
                continue  # before it was handed over
            elif processed[request] != 1:
                yield f"I3 {agency} processed {request} {processed[request]} times"
        wordings: dict[str, tuple[str, str]] = {}
        for line in lines:
            wording = (line["ce_id"], line["body_sha256"])
            if wordings.setdefault(line["request_id"], wording) != wording:
                yield f"I3 {agency} was handed {line['request_id']} in two wordings"


def counted_once(world: World, contacts: set[str]) -> Iterator[str]:
    """I4: each reply is filed once, as accepted, and the collated set is what was there by then."""
    disclosed = _disclosed(world, contacts)
    told = [seen.body for seen in world.records(contacts) if seen.kind == "enquiry.collated.v1"]
    told.sort(key=lambda body: int(body["record"]))
    collated = {body["enquiry_id"]: body["reply_ids"] for body in told}
    for raw in world.of("enquiry", contacts):
        state, id_ = raw["state"], raw["_id"]
        lines = _filed(state)
        filed = [reply_id for reply_id, _ in lines]
        if len(filed) != len(set(filed)):
            yield f"I4 {id_} has filed a reply twice"
        crossed = [_line(line) for asked in _rounds(state) for line in asked["crossed"]]
        if sorted([*lines, *crossed]) != sorted(disclosed.get(id_, ())):
            yield f"I4 {id_} has filed {len(filed)} replies, accepted {len(disclosed.get(id_, ()))}"
        if state["collated_at"] and not set(state["collated_replies"]) <= set(filed):
            yield f"I4 {id_} has collated a reply that it did not file"
        if id_ in collated and collated[id_] != state["collated_replies"]:
            yield f"I4 {id_} told of other replies than it collated"
        yield from _decided_on(world, state)


def _disclosed(world: World, contacts: set[str]) -> dict[str, list[Line]]:
    disclosed: dict[str, list[Line]] = {}
    for agency in AGENCIES:
        for raw in world.of(f"agency-gateway.{agency}", contacts):
            lines = [_line(line) for line in raw["state"].get("disclosures", ())]
            disclosed.setdefault(raw["state"].get("enquiry_id", ""), []).extend(lines)
    return disclosed


def _filed(state: Raw) -> list[Line]:
    return [_line(line) for asked in _rounds(state) for line in asked["replies"]]


def _rounds(state: Raw) -> list[Raw]:
    return [asked for slot in state["slots"].values() for asked in slot["rounds"]]


def _line(line: Raw) -> Line:
    return line["reply_id"], line["reply_hash"]


def _decided_on(world: World, enquiry: Raw) -> Iterator[str]:
    for child in (enquiry["family"] or {"children": ()})["children"]:
        raw = world.documents["decision"].get(child["child_id"])
        if raw is None:
            if enquiry["collated_at"]:
                yield f"I4 {enquiry['id']} is collated and {child['child_id']} cannot be decided"
        elif raw["state"]["opened_at"] and (
            list(raw["state"]["reply_ids"]) != enquiry["collated_replies"]
        ):
            yield f"I4 decision {child['child_id']} rests on other replies than were collated"


def never_attached(world: World, contacts: set[str]) -> Iterator[str]:
    """I5: a filed reply came from its own agency, under its own request and hash."""
    said: dict[str, set[tuple[str, str]]] = {}
    for seen in world.records(contacts):
        if seen.kind.endswith(".reply.v1"):
            words = (seen.body.get("request_id", ""), seen.body.get("request_hash", ""))
            said.setdefault(seen.body.get("reply_id", ""), set()).add(words)
    passed_on = {
        seen.body["answer"]["reply_id"]: seen.body["request_id"]
        for seen in world.records(contacts)
        if seen.kind == ANSWERED
    }
    for agency in AGENCIES:
        for raw in world.of(f"agency-gateway.{agency}", contacts):
            asked = [form["copied"]["request_hash"] for form in raw["state"].get("asked", ())]
            forms = {(raw["_id"], request_hash) for request_hash in asked}
            for line in raw["state"].get("disclosures", ()):
                reply = line["reply_id"]
                if forms.isdisjoint(said.get(reply, set())):
                    yield f"I5 {raw['_id']} took reply {reply}, which nobody said about it"
                if passed_on.get(reply) != raw["_id"]:
                    yield f"I2 reply {reply} of {raw['_id']} was not passed on as its own"


def late_kept(world: World, contacts: set[str]) -> Iterator[str]:
    """I6: a late reply is kept and shown, and changes neither the collation nor a decision.

    The next record, which a further child asks for, has what came late for the one before.
    """
    for raw in world.of("enquiry", contacts):
        state = raw["state"]
        late = set(state["late_replies"])
        if state["record"] == 1 and late & set(state["collated_replies"]):
            yield f"I6 {raw['_id']} collated a late reply"
        here = {child["child_id"] for child in (state["family"] or {"children": ()})["children"]}
        for asked in (one for slot in state["slots"].values() for one in slot["rounds"]):
            ours = late & {line["reply_id"] for line in asked["replies"]}
            for child in here & set(asked["child_ids"]) if ours else ():
                decision = world.documents["decision"].get(child, {"state": {}})["state"]
                if not ours <= set(decision.get("late_reply_ids", ())):
                    yield f"I6 decision {child} was not told of a late reply"


def told_once(world: World, contacts: set[str]) -> Iterator[str]:
    """I7: one mail per notice that is owed by mail, none otherwise."""
    sent = Counter(world.mails)
    for raw in world.of("notify", contacts):
        state = raw["state"]
        mails = max((many for id_, many in sent.items() if id_.startswith(raw["_id"])), default=0)
        by_machine = state["attempts"] and not state["by_person"]
        by_mail = state["phase"] == "delivered" and by_machine
        if mails > 1:
            yield f"I7 the referrer of {raw['_id']} got {mails} mails"
        elif by_mail and mails == 0:
            yield f"I7 the referrer of {raw['_id']} is noted as told and got no mail"
        elif mails and state["phase"] in ("waiting", "not_owed"):
            yield f"I7 the referrer of {raw['_id']} got a mail that was not owed"
