"""Ten thousand amber enquiries at once: authorised in one go, straight onto intake's own topic."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from aiokafka import AIOKafkaProducer
from people import AUTHORISATION, CONCERN, COUNCIL, contact

from mash_local.services import AGENCIES
from mash_shared.messages.enquiry import EnquiryAuthorised
from mash_shared.plumbing.broker import clients
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.plumbing.tracing import child_of


def authorised() -> Outgoing:
    """Give one amber authorisation exactly as intake says it."""
    contact_id, now = uuid4().hex, datetime.now(UTC)
    form = contact("amber")
    children = [{"child_id": f"{contact_id}-1", **form["children"][0]}]
    message = EnquiryAuthorised.model_validate(
        {
            "contact_id": contact_id,
            "council": COUNCIL,
            "urgency": "amber",
            "lane": "amber",
            "occurred_at": now,
            "edition": 1,
            "enquiry_id": f"enq-{contact_id}",
            "received_at": now - timedelta(minutes=2),
            "agencies": AGENCIES,
            "coordinating_social_worker": AUTHORISATION["coordinating_social_worker"],
            "lawful_basis": {
                "basis": "public_task",
                "consent_status": "given",
                "override_rationale_recorded": False,
                "policy_version": "havering/bench",
            },
            "family": {
                "children": children,
                "household": form["household"],
                "address": form["address"],
            },
            "concern": CONCERN,
        }
    )
    return Outgoing.of(message, cause=contact_id, source="intake", traceparent=child_of(None))


async def flood(kafka: str, number: int) -> None:
    """Put `number` amber authorisations onto their topic, all confirmed."""
    producer = AIOKafkaProducer(
        **clients(kafka), acks="all", enable_idempotence=True, max_batch_size=256 * 1024
    )
    async with producer:
        for _ in range(0, number, 500):
            sent = [
                await producer.send(one.topic, one.body, key=one.key, headers=[*one.headers])
                for one in (authorised() for _ in range(min(500, number)))
            ]
            for confirmation in sent:
                await confirmation
