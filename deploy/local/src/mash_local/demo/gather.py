"""Gathers the evidence: from every service's API, the agencies' ledgers, the mail, the broker."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx

from mash_local.demo.board import Board, Row, by_agency
from mash_local.demo.evidence import Decided, Evidence, Found, Promise, ShortWay, Traffic
from mash_local.demo.hub import Hub, Json, Person
from mash_local.demo.people import Staff
from mash_local.demo.sandbox import Ledger
from mash_local.demo.short_ways import Played
from mash_local.demo.story import LOOK_EVERY
from mash_local.demo.topics import counted, parked
from mash_local.services import AGENCIES
from mash_local.stack import Stack

MANY = 500
LOOKS = 40
"""How often ops is asked for clocks that still run, before they are taken as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gatherer:
    """Reads everything that says how the run ended."""

    stack: Stack
    board: Board
    hub: Hub
    staff: Mapping[str, Staff]
    short: Sequence[Played] = ()

    async def gather(self) -> Evidence:
        """Give all of it."""
        kafka = self.stack.addresses["kafka"]
        mails = await self._mails()
        ledgers = {agency: Ledger.of(self.stack, agency) for agency in AGENCIES}
        found = [await self._found(row, ledgers, mails) for row in self.board.rows]
        return Evidence(
            found=found,
            short=[await self._short(way, mails) for way in self.short],
            traffic=_traffic(ledgers, found, await counted(kafka, "agency.")),
            parked=await parked(kafka),
            mails=sum(map(len, mails.values())),
            trouble=tuple(self.board.trouble),
        )

    async def _found(
        self, row: Row, ledgers: Mapping[str, Ledger], mails: Mapping[str, list[str]]
    ) -> Found:
        staff, id_ = self.staff[row.sample.council], row.contact_id
        owed = row.sample.referrer not in staff.not_told
        if not id_:
            return Found(sample=row.sample, reference="", owed=owed, trouble=row.trouble)
        contact = await self._read("intake", f"/contacts/{id_}", staff.coordinator)
        enquiry = await self._read("enquiry", f"/enquiries/enq-{id_}", staff.coordinator)
        notice = await self._read("notify", f"/notices/{id_}", staff.administrator)
        return Found(
            sample=row.sample,
            reference=row.reference,
            owed=owed,
            state=contact.get("state", ""),
            tasks=len(row.tasks),
            forms=row.forms,
            is_protection=row.is_protection,
            slots=by_agency(enquiry.get("slots", {})),
            asked=_about(id_, ledgers),
            disclosed=await self._disclosed(id_, staff),
            decided=[await self._decided(row, child, staff) for child in row.children],
            notice=notice.get("phase", ""),
            mails=mails.get(row.reference, []),
            promises=await self._promises(row, staff),
            waits_for=row.waits_for,
            same_again=row.same_again,
            trouble=row.trouble,
        )

    async def _short(self, way: Played, mails: Mapping[str, list[str]]) -> ShortWay:
        staff = self.staff[way.script.council]
        contact: Json = {}
        for _ in range(LOOKS):
            contact = await self._read("intake", f"/contacts/{way.contact_id}", staff.coordinator)
            if contact.get("state") == "closed":
                break
            await asyncio.sleep(LOOK_EVERY)
        ending = contact.get("ending") or {}
        return ShortWay(
            council=way.script.council,
            title=way.script.title,
            reference=contact.get("reference", ""),
            wanted=way.script.ends,
            ended_as=ending.get("ended_as") or contact.get("state", ""),
            state=contact.get("state", ""),
            mails=mails.get(contact.get("reference", ""), []),
            wanted_mails=way.script.mails,
            trouble=way.trouble,
        )

    async def _disclosed(self, contact_id: str, staff: Staff) -> dict[str, int]:
        disclosed: dict[str, int] = {}
        for agency in staff.agencies:
            path = f"/requests/enq-{contact_id}.{agency}"
            request = await self._read(f"agency-gateway.{agency}", path, staff.coordinator)
            disclosed[agency] = len(request.get("disclosures", []))
        return disclosed

    async def _decided(self, row: Row, child: str, staff: Staff) -> Decided:
        shown = await self._read("decision", f"/decisions/{child}", staff.coordinator)
        judgement = shown.get("decision")
        outcome = judgement["outcome"] if judgement else None
        return Decided(
            outcome=outcome,
            called=staff.outcomes.get(outcome or "", ""),
            as_decided=judgement == row.judged.get(child),
            review_needed=shown.get("review_needed", False),
            late_replies=len(shown.get("late_reply_ids", [])),
        )

    async def _promises(self, row: Row, staff: Staff) -> list[Promise]:
        """Give the clocks of a contact; ops may hear of their end a moment later than we do."""
        promises: list[Promise] = []
        for _ in range(LOOKS):
            case = await self.hub.read("ops", f"/clocks/{row.contact_id}", staff.operations)
            clocks = (case or {}).get("clocks", [])
            promises = [Promise.of_clock(one) for one in clocks if one["part"] is None]
            if not row.ended or all(promise.state != "open" for promise in promises):
                break
            await asyncio.sleep(LOOK_EVERY)
        return promises

    async def _read(self, service: str, path: str, person: Person) -> Json:
        found: Json | None = await self.hub.read(service, path, person)
        return found or {}

    async def _mails(self) -> dict[str, list[str]]:
        """Give the addresses written to, by the reference in the subject."""
        url = f"{self.stack.addresses['mail']}/api/v1/messages?limit={MANY}"
        async with httpx.AsyncClient() as client:
            messages = (await client.get(url)).json()["messages"]
        sent: dict[str, list[str]] = defaultdict(list)
        for message in messages:
            reference = str(message["Subject"]).rpartition(" ")[2]
            sent[reference] += [to["Address"] for to in message["To"]]
        return sent


def _about(contact_id: str, ledgers: Mapping[str, Ledger]) -> dict[str, int]:
    """Give each agency that took a request about this contact, with how often."""
    asked = {a: ledger.asked[f"enq-{contact_id}.{a}"] for a, ledger in ledgers.items()}
    return {agency: times for agency, times in asked.items() if times}


def _traffic(
    ledgers: Mapping[str, Ledger], found: Sequence[Found], records: Counter[str]
) -> list[Traffic]:
    return [
        Traffic(
            agency=agency,
            asked=ledger.asked.total(),
            repeats=ledger.repeats,
            replies=records[f"agency.{agency}.reply.v1"] + records[f"agency.{agency}.reply.red.v1"],
            counted=sum(one.disclosed.get(agency, 0) for one in found),
        )
        for agency, ledger in ledgers.items()
    ]
