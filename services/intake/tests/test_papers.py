"""Papers of a contact, and what the family was told (A19, C6)."""

import pytest

from intake.forms.contact import Attachment, TellFamily
from mash_shared.testing import NOW, acted
from support.front_door import HANDLERS as H
from support.front_door import RECORDER, SOCIAL_WORKER, recorded

PAPER = Attachment(kind="early_help_assessment", title="Plan", kept_at="dms/117")


@pytest.mark.rule("C6", "A19")
def test_papers_and_what_the_family_was_told_are_noted_each_once() -> None:
    desk = recorded()
    for _ in range(2):
        desk.do(acted(H.attach, PAPER, RECORDER))
        desk.do(acted(H.tell_family, TellFamily(what="Who we are."), SOCIAL_WORKER))
    contact = desk.aggregate
    assert contact.attachments == [PAPER.model_dump() | {"by": RECORDER.id}]
    assert [(told.what, told.by, told.at) for told in contact.told] == [
        ("Who we are.", SOCIAL_WORKER.id, NOW)
    ]
