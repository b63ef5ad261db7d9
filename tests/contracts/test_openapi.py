"""Each service's OpenAPI is true enough to be attacked with: whatever fits or not, no 5xx."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from agency_gateway.domain import Request
from agency_gateway.handlers import GatewayHandlers
from decision.domain import Decision
from decision.handlers import DecisionHandlers
from enquiry.domain import Enquiry
from enquiry.handlers import EnquiryHandlers
from intake.domain.contact import Contact
from intake.forms.contact import RecordContact
from intake.handlers import IntakeHandlers
from mash_shared.messages import Message
from mash_shared.messages.agency_check import AgencyCheckRequested
from mash_shared.messages.clock import ClockChanged
from mash_shared.messages.contact import ContactRecorded
from mash_shared.messages.enquiry import EnquiryAuthorised, EnquiryCollated
from mash_shared.testing import NOW, Desk, acted, heard, packs, person, sample
from mash_shared.vocabulary import ReplyState, Role
from notify.domain import Notice
from notify.handlers import NotifyHandlers
from ops.domain import Case
from ops.handlers import OpsHandlers
from support.in_process import FACES, Face, face

EXAMPLES = 20
"""Per operation, the same ones each time."""
BOUNDED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
TOLD = {"title", "status", "detail"}
KNOWN = "c1"
FORM = RecordContact.model_validate(
    {
        "channel": "phone",
        "urgency": "red",
        "received_at": NOW,
        "concern": "A neighbour hears crying every night.",
        "children": [{}],
        "referrer": {"kind": "public"},
        "consent": {"status": "given", "given_by": "parent", "given_by_name": "Orla Fenwick"},
    }
)


def _looked_up(contact: Contact) -> Iterator[Message]:
    """Record a contact and ask the index: before that the answer is 503, send it again."""
    handlers = IntakeHandlers(packs())
    yield from acted(handlers.record_contact, FORM, person(*Role))(contact)
    found = {"found": (), "flags": (), "at": NOW}
    yield from handlers.note_found(contact, number=contact.look_number, **found)


COLLATED = sample(
    EnquiryCollated,
    child_ids=(KNOWN,),
    slots={"police": {KNOWN: ReplyState.NOTHING_KNOWN}},
    gaps=(),
)
IN_STORE = {
    "intake": (Contact, _looked_up),
    "enquiry": (Enquiry, heard(EnquiryHandlers(packs()).open_enquiry, sample(EnquiryAuthorised))),
    "agency-gateway": (
        Request,
        heard(GatewayHandlers(packs()).hand_over, sample(AgencyCheckRequested), at=NOW),
    ),
    "decision": (Decision, heard(DecisionHandlers(packs()).open_decision, COLLATED)),
    "notify": (Notice, heard(NotifyHandlers(packs()).expect_notice, sample(ContactRecorded))),
    "ops": (Case, heard(OpsHandlers().note_clocks, sample(ClockChanged))),
}


def _stocked(name: str, folder: Path) -> Face:
    """A service that knows one case, under an id that attacks may use."""
    built = face(name, folder)
    kind, change = IN_STORE[name]
    desk: Desk[Any] = Desk(kind, KNOWN, name)
    desk.do(change)
    built.keep(desk.aggregate)
    return built


@pytest.mark.rule("S14")
@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
@pytest.mark.parametrize("name", FACES)
def test_nothing_that_fits_the_description_or_not_makes_a_service_fail(
    name: str, tmp_path: Path, *, known: bool
) -> None:
    built = _stocked(name, tmp_path)
    signed_in = built.signed_in(person(*Role))
    schema = schemathesis.openapi.from_asgi("/openapi.json", built.app, headers=signed_in)
    answers: set[int] = set()
    for result in schema.get_all_operations():
        operation = result.ok()

        @BOUNDED
        @given(case=operation.as_strategy())
        def attack(case: Any) -> None:
            if known:
                case.path_parameters = dict.fromkeys(case.path_parameters or {}, KNOWN)
            headers = dict(case.headers or {}) | signed_in
            answer = case.call_and_validate(headers=headers, checks=CHECKS)
            answers.add(answer.status_code)

        attack()
    assert answers
    assert 401 not in answers
    assert not known or answers & {200, 201}


@pytest.mark.parametrize("name", FACES)
def test_a_description_names_every_refusal(name: str, tmp_path: Path) -> None:
    described = face(name, tmp_path).app.openapi()
    assert set(described["components"]["schemas"]["Problem"]["required"]) == TOLD
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            for status in ("400", "401", "403", "404", "409", "412", "413", "422", "503"):
                assert operation["responses"][status]["content"] == PROBLEM, (status, path)
            assert operation["description"], (method, path)
