"""What is said of a case under another council's name is heard by no service."""

from collections.abc import Iterator
from typing import Any

import pytest

from agency_gateway.consumers import subscriptions as gateway
from agency_gateway.handlers import GatewayHandlers
from decision.consumers import subscriptions as decision
from decision.handlers import DecisionHandlers
from enquiry.consumers import subscriptions as enquiry
from enquiry.handlers import EnquiryHandlers
from intake.consumers import subscriptions as intake
from intake.handlers import IntakeHandlers
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.plumbing.subscription import AnotherCouncilError, Reader, Subscription
from mash_shared.plumbing.tracing import child_of
from mash_shared.testing import NOW, packs, sample
from mash_shared.testing.memory import MemoryStore
from mash_shared.vocabulary import CouncilId
from notify.consumers import subscriptions as notify
from notify.handlers import NotifyHandlers
from ops.consumers import subscriptions as ops
from ops.handlers import OpsHandlers
from support.came import Came
from support.in_process import BESIDE, FACES

LINES: dict[str, tuple[Subscription, ...]] = {
    "intake": intake(IntakeHandlers(packs())),
    "enquiry": enquiry(EnquiryHandlers(packs())),
    "agency-gateway": gateway(GatewayHandlers(packs()), "police"),
    "decision": decision(DecisionHandlers(packs())),
    "notify": notify(NotifyHandlers(packs())),
    "ops": ops(OpsHandlers()),
}


def _lines() -> Iterator[Any]:
    for service, lines in LINES.items():
        for line in lines:
            yield pytest.param(service, line, id=f"{service}-{line.message.__name__}")


@pytest.mark.rule("O15")
@pytest.mark.parametrize(("service", "line"), [*_lines()])
def test_what_names_another_council_is_refused(service: str, line: Subscription) -> None:
    kind, _ = FACES[service]
    said = sample(line.message, **line.parts)
    sent = Outgoing.of(said, cause="x", source="tests", traceparent=child_of(None))
    came: Any = Came(sent.topic, sent.key, sent.body, tuple(sent.headers))
    store: MemoryStore[Any] = MemoryStore(kind, BESIDE)
    arrivals = Reader((line,), lambda: NOW).read(came, said.travels_in)
    assert arrivals
    for arrival in arrivals:
        case = store.read(None, arrival.document_id).aggregate
        case.council = CouncilId("lewisham")
        with pytest.raises(AnotherCouncilError, match="another council"):
            list(arrival.change(case))
