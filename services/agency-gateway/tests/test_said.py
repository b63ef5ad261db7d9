"""What an agency tells or asks of its own accord: checked, passed on once, and acknowledged."""

from datetime import timedelta
from typing import Any

import pytest

from agency_gateway.consumers import subscriptions, the_recorded, the_said
from agency_gateway.domain import NothingTakenError, Said, SaidOtherwiseError
from agency_gateway.handlers import GatewayHandlers
from mash_shared.messages.agency_says import (
    AgencyEnquiry,
    AgencyEnquiryMade,
    AgencyInformation,
    AgencyInformationShared,
    AgencyMessageRecorded,
    AgencyReceipt,
    Checked,
    FromAgency,
)
from mash_shared.plumbing.envelope import ContractError
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.plumbing.subscription import Reader
from mash_shared.plumbing.tracing import child_of
from mash_shared.testing import NOW, Desk, heard, packs, sample, send_twice
from mash_shared.vocabulary import Lane, NotKnownError
from support.hostile import Hostile

HANDLERS = GatewayHandlers(packs())
READER = Reader(subscriptions(HANDLERS, "probation"), lambda: NOW)


def _said(kind: type[FromAgency] = AgencyInformation, **changes: Any) -> FromAgency:
    return sample(kind, **{"agency": "probation"} | changes)


def _desk(said: FromAgency) -> Desk[Said]:
    return Desk(Said, *the_said(said), "agency-gateway.probation")


def _take(said: FromAgency, desk: Desk[Said] | None = None, *, at: Any = NOW) -> Checked:
    (passed_on,) = (desk or _desk(said)).do(heard(HANDLERS.take_said, said, at=at))
    assert isinstance(passed_on, Checked)
    return passed_on


@pytest.mark.rule("M10")
@pytest.mark.parametrize(
    ("kind", "told"),
    [(AgencyInformation, AgencyInformationShared), (AgencyEnquiry, AgencyEnquiryMade)],
)
def test_what_an_agency_says_goes_to_the_hub_as_it_was_said_and_when_it_came(
    kind: type[FromAgency], told: type[Checked]
) -> None:
    said = _said(kind, occurred_at=NOW - timedelta(days=400))
    passed_on = _take(said)
    assert type(passed_on) is told
    assert (passed_on.number, passed_on.occurred_at) == (said.contact_id, NOW)
    apart = {"contact_id", "occurred_at"}
    assert passed_on.model_dump(include=kind.model_fields.keys() - apart) == said.model_dump(
        exclude=apart
    )
    assert said.contact_id not in passed_on.contact_id


@pytest.mark.rule("M10")
@pytest.mark.parametrize("harm", [{"significant_harm": "yes"}, {"immediate_danger": True}])
def test_harm_or_danger_goes_by_the_gravest_level_until_somebody_grades_it(
    harm: dict[str, Any],
) -> None:
    grave, other = _take(_said(**harm)), _take(_said())
    assert (grave.urgency, grave.lane) == ("red", Lane.RED)
    assert (other.urgency, other.lane) == ("amber", Lane.AMBER)


@pytest.mark.rule("M10", "I4")
def test_take_said_twice_passes_it_on_once_however_often_it_comes() -> None:
    said = _said()
    desk = _desk(said)
    assert len(send_twice(desk, heard(HANDLERS.take_said, said, at=NOW))) == 1
    again = _said(occurred_at=NOW + timedelta(days=1))
    assert not desk.do(heard(HANDLERS.take_said, again, at=NOW + timedelta(days=1)))


@pytest.mark.rule("M10", "I4")
def test_under_its_number_it_says_nothing_else() -> None:
    said = _said()
    desk = _desk(said)
    _take(said, desk)
    with pytest.raises(SaidOtherwiseError):
        desk.do(heard(HANDLERS.take_said, _said(concern="He has moved out."), at=NOW))
    assert _desk(_said(contact_id="PR-2")).aggregate.id != desk.aggregate.id


@pytest.mark.rule("M10")
def test_another_council_and_another_saying_under_one_number_are_other_things() -> None:
    ids = {
        the_said(_said(kind, council=council, contact_id="PR-1"))
        for kind in (AgencyInformation, AgencyEnquiry)
        for council in ("havering", "lewisham")
    }
    assert len(ids) == 4


@pytest.mark.rule("M10", "O15")
def test_a_council_that_is_none_or_takes_nothing_from_the_agency_has_it_parked() -> None:
    with pytest.raises(NotKnownError):
        _take(_said(council="atlantis"))
    with pytest.raises(NothingTakenError):
        _take(_said(agency="police"))


@pytest.mark.rule("M10")
def test_give_receipt_twice_tells_the_reference_once() -> None:
    said = _said(AgencyEnquiry)
    desk = _desk(said)
    passed_on = _take(said, desk)
    recorded = sample(
        AgencyMessageRecorded,
        agency="probation",
        contact_id=passed_on.contact_id,
        number=said.contact_id,
    )
    assert the_recorded(recorded) == the_said(said)
    (receipt,) = send_twice(desk, heard(HANDLERS.give_receipt, recorded))
    assert isinstance(receipt, AgencyReceipt)
    assert (receipt.number, receipt.reference) == (said.contact_id, recorded.reference)
    assert receipt.topic_name == "agency.probation.receipt.v1"


def _record(said: FromAgency, **changes: Any) -> Hostile:
    sent = Outgoing.of(said, cause="x", source="tests", traceparent=child_of(None))
    headers = dict(sent.headers) | {"ce_source": b"/agencies/probation"}
    return Hostile(
        **{"topic": sent.topic, "key": sent.key, "value": sent.body, "headers": (*headers.items(),)}
        | changes
    )


@pytest.mark.rule("M10")
def test_it_is_read_like_a_reply() -> None:
    (arrival,) = READER.read(_record(_said()), Lane.AMBER)
    assert arrival.document_id == the_said(_said())[0]


@pytest.mark.rule("M10")
@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"key": b"PR-other"}, "the key is not"),
        ({"value": b"{this is not JSON"}, "not JSON"),
        ({"value": b"\xff" * 3_000_000}, "more than"),
        ({"value": _said().body().replace(b'"probation"', b'"police"')}, "another recipient"),
        ({"value": _said().body().replace(b"Barnaby Rook", b"x" * 201)}, "field asked_about"),
        ({"value": _said().body().replace(b'"unknown"', b'"perhaps"')}, "field significant_harm"),
    ],
)
def test_a_hostile_one_is_parked_with_its_reason(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ContractError, match=says):
        READER.read(_record(_said(), **changes), Lane.AMBER)
