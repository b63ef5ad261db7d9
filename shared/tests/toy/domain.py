"""A toy service's words: sheets on which notes are taken down and counted."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from mash_shared.act import Act
from mash_shared.clocks import Aggregate, Clock
from mash_shared.messages import ContactMessage, Message, PersonalData
from mash_shared.vocabulary import ClockKind, ContactId, CouncilId, Lane, Urgency


class Noted(ContactMessage):
    topic: ClassVar = "toy.{toy}.noted.v1"
    owner: ClassVar = "tests"
    consumers: ClassVar = ("toy",)
    personal_data: ClassVar = PersonalData.NONE

    toy: str
    sheet: str
    text: str = ""
    depth: Any = None


class Counted(ContactMessage):
    topic: ClassVar = "toy.{toy}.counted.v1"
    owner: ClassVar = "toy"
    consumers: ClassVar = ("tests",)
    personal_data: ClassVar = PersonalData.NONE

    toy: str
    sheet: str
    number: int
    text: str = ""


@dataclass(slots=True, kw_only=True)
class Sheet(Aggregate):
    PLAIN = Aggregate.PLAIN | {
        "toy": "a name",
        "lines": "nobody's: they are looked at from outside",
    }

    toy: str = ""
    lines: list[str] = field(default_factory=list)


def noted(toy: str, sheet: str, text: str = "", *, lane: Lane = Lane.AMBER) -> Noted:
    return Noted(
        contact_id=ContactId(f"contact-of-{sheet}"),
        council=CouncilId("toytown"),
        urgency=Urgency(lane),
        lane=lane,
        occurred_at=datetime.now(UTC),
        toy=toy,
        sheet=sheet,
        text=text,
    )


def note(sheet: Sheet, message: Noted) -> Iterable[Message]:
    """Take a note down and say how many there are now."""
    sheet.belong_to(message)
    sheet.toy = message.toy
    sheet.lines.append(message.text)
    yield counted(sheet, message.occurred_at)


def counted(sheet: Sheet, at: datetime) -> Counted:
    return Counted(
        **sheet.head(at),
        toy=sheet.toy,
        sheet=sheet.id,
        number=len(sheet.lines),
        text=sheet.lines[-1] if sheet.lines else "",
    )


def promise(sheet: Sheet, *, due_at: datetime) -> None:
    """Start the clock that the toy service lets run out."""
    sheet.clocks.append(
        Clock(
            kind=ClockKind.ENQUIRY,
            started_at=due_at - timedelta(hours=1),
            due_at=due_at,
            policy_version="1",
            calendar_version="1",
        )
    )


def ring(sheet: Sheet, _: Clock, at: datetime) -> Iterable[Message]:
    """Write down that the clock ran out."""
    sheet.lines.append("rang")
    yield counted(sheet, at)


def act_note(sheet: Sheet, act: Act, content: Noted) -> Iterable[Message]:
    return note(sheet, content)
