"""A request that changed: the agency is told once, and may answer any form of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agency_gateway.domain import OtherRequestError, Request
from agency_gateway.handlers import GatewayHandlers
from mash_shared.messages.agency_check import (
    AgencyAmendment,
    AgencyCheckAmended,
    AgencyCheckAnswered,
    AgencyCheckCancelled,
    AgencyCheckHandedOver,
    AgencyCheckRequested,
    AgencyReply,
    AgencyRequest,
)
from mash_shared.testing import AMBER, NOW, RED, Desk, heard, packs, sample, send_twice

HANDLERS = GatewayHandlers(packs())
REQUESTED = sample(AgencyCheckRequested, **AMBER)
AMENDED = sample(AgencyCheckAmended, **RED)
SAID = sample(AgencyReply)


def _asked() -> tuple[Desk[Request], AgencyRequest]:
    desk = Desk(Request, REQUESTED.request_id, "agency-gateway.police")
    (asked, _) = desk.do(heard(HANDLERS.hand_over, REQUESTED, at=NOW))
    assert isinstance(asked, AgencyRequest)
    return desk, asked


def _reply(asked: AgencyRequest, **changes: Any) -> AgencyReply:
    quoted = {name: getattr(asked, name) for name in ("request_hash", "urgency", "lane")}
    return sample(AgencyReply, **(quoted | changes))


def test_amend_twice_tells_the_agency_once_under_the_id_it_knows() -> None:
    desk, asked = _asked()
    (told,) = send_twice(desk, heard(HANDLERS.amend, AMENDED, at=NOW))
    assert isinstance(told, AgencyAmendment)
    assert told.request_id == asked.request_id
    assert told.request_hash != asked.request_hash
    assert told.topic_name == "agency.police.amendment.red.v1"
    assert desk.aggregate.reply_by == AMENDED.reply_by


@pytest.mark.rule("N11")
def test_of_two_things_said_of_one_edition_the_later_holds() -> None:
    desk, _ = _asked()
    desk.do(heard(HANDLERS.amend, AMENDED, at=NOW))
    family = replace(AMENDED.family, address="3 Marlpit Lane")
    later = {"family": family, "occurred_at": AMENDED.occurred_at + timedelta(seconds=6)}
    (told,) = desk.do(heard(HANDLERS.amend, AMENDED.model_copy(update=later), at=NOW))
    assert isinstance(told, AgencyAmendment)
    assert told.family.address == "3 Marlpit Lane"
    assert not desk.do(heard(HANDLERS.amend, AMENDED, at=NOW))


@pytest.mark.rule("I5")
def test_a_reply_may_quote_any_form_and_none_in_part() -> None:
    for which in (0, 1):
        desk, asked = _asked()
        (told,) = desk.do(heard(HANDLERS.amend, AMENDED, at=NOW))
        assert isinstance(told, AgencyRequest)
        forms = (asked, told)
        (answered,) = desk.do(heard(HANDLERS.take_reply, _reply(forms[which]), at=NOW))
        assert isinstance(answered, AgencyCheckAnswered)
        assert (answered.urgency, answered.lane) == ("red", "red")
        for name in ("urgency", "lane"):
            other = {name: getattr(forms[1 - which], name)}
            mixed = _reply(forms[which], **other, reply_id="mixed")
            with pytest.raises(OtherRequestError, match=name):
                desk.do(heard(HANDLERS.take_reply, mixed, at=NOW))


def test_what_comes_before_the_request_is_handed_over_as_the_request() -> None:
    desk = Desk(Request, REQUESTED.request_id, "agency-gateway.police")
    asked, over = desk.do(heard(HANDLERS.amend, AMENDED, at=NOW))
    assert type(asked) is AgencyRequest
    assert isinstance(over, AgencyCheckHandedOver)
    assert not desk.do(heard(HANDLERS.hand_over, REQUESTED, at=NOW))


def test_older_news_and_news_of_what_was_taken_back_tell_nobody() -> None:
    desk, _ = _asked()
    desk.do(heard(HANDLERS.amend, AMENDED.model_copy(update={"edition": 9}), at=NOW))
    assert not desk.do(heard(HANDLERS.amend, AMENDED, at=NOW))
    desk.do(heard(HANDLERS.take_back, sample(AgencyCheckCancelled)))
    assert not desk.do(heard(HANDLERS.amend, AMENDED.model_copy(update={"edition": 10}), at=NOW))


@pytest.mark.rule("G3")
def test_a_reply_is_about_the_children_of_the_form_that_it_quotes() -> None:
    one, two = REQUESTED.family.children[:1], REQUESTED.family.children
    first = REQUESTED.model_copy(update={"family": replace(REQUESTED.family, children=one)})
    desk = Desk(Request, REQUESTED.request_id, "agency-gateway.police")
    (asked, _) = desk.do(heard(HANDLERS.hand_over, first, at=NOW))
    (told,) = desk.do(heard(HANDLERS.amend, AMENDED, at=NOW))
    for nth, (form, children) in enumerate(((asked, one), (told, two))):
        assert isinstance(form, AgencyRequest)
        ids = tuple(child.child_id for child in children)
        facts = tuple(replace(fact, about=ids) for fact in SAID.facts)
        reply = _reply(form, reply_id=f"r-{nth}", facts=facts)
        (answered,) = desk.do(heard(HANDLERS.take_reply, reply, at=NOW))
        assert isinstance(answered, AgencyCheckAnswered)
        assert answered.about == ids
        assert desk.aggregate.disclosures[-1].about == answered.about
