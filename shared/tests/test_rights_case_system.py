"""What reaches social care: only what names a contact of the hub (A6, O5)."""

import pytest

from mash_shared.messages import ContactMessage, all_messages
from mash_shared.messages.contact import ContactRouted
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.plumbing.rights import CASE_SYSTEM, Kind, Operation, rights

HEARD = [one for one in all_messages() if "case system" in one.consumers]


@pytest.mark.rule("A6", "O5")
def test_a_case_system_hears_of_children_by_their_contact_and_no_other_way() -> None:
    assert set(HEARD) == {ContactRouted, DecisionRecorded}
    for message in HEARD:
        assert issubclass(message, ContactMessage)
        assert message.model_fields["contact_id"].is_required()
    reads = {
        one.name
        for one in rights(("police",))
        if one.principal == CASE_SYSTEM
        and one.operation is Operation.READ
        and one.kind is Kind.TOPIC
    }
    assert reads == {one.topic_in(lane) for one in HEARD for lane in one.lanes()}
