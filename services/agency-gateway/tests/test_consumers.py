"""The table of one agency: its own requests, its own replies, nobody else's."""

import pytest

from agency_gateway.consumers import subscriptions
from agency_gateway.handlers import GatewayHandlers
from mash_shared.messages import all_messages
from mash_shared.testing import packs
from mash_shared.vocabulary import Lane


def test_the_gateway_hears_every_message_meant_for_it() -> None:
    table = subscriptions(GatewayHandlers(packs()), "police")
    meant = {message for message in all_messages() if "agency-gateway" in message.consumers}
    assert {line.message for line in table} == meant


@pytest.mark.rule("F13")
def test_no_agency_hears_what_is_meant_for_another() -> None:
    tables = {
        agency: {
            topic
            for line in subscriptions(GatewayHandlers(packs()), agency)
            for lane in Lane
            for topic in line.topics(lane)
            if line.parts
        }
        for agency in ("police", "health", "domestic-abuse")
    }
    assert tables["police"] == {
        "agency-check.requested.police.v1",
        "agency-check.requested.police.red.v1",
        "agency-check.amended.police.v1",
        "agency-check.amended.police.red.v1",
        "agency-check.cancelled.police.v1",
        "agency-check.chased.police.v1",
        "agency.police.reply.v1",
        "agency.police.reply.red.v1",
        "agency.police.information.v1",
        "agency.police.enquiry.v1",
        "agency-message.recorded.police.v1",
    }
    assert len(set.union(*tables.values())) == sum(map(len, tables.values()))


def test_only_the_agency_s_own_messages_are_timed_by_us() -> None:
    timed = {
        line.message.__name__
        for line in subscriptions(GatewayHandlers(packs()), "police")
        if line.timed
    }
    assert timed == {"AgencyReply", "AgencyInformation", "AgencyEnquiry"}
