"""Messages: facts in the past tense, one class per topic; the class is where its topic is written.

Writers forbid unknown fields, readers ignore them (`Message.read`), so that a new optional field
is never an incident. `docs/messages.md` and `docs/asyncapi.yaml` are generated from these classes.
"""

from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from string import Formatter
from typing import Annotated, ClassVar, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from mash_shared.vocabulary import ContactId, CouncilId, Lane, Urgency

LIMITS = StringConstraints(min_length=1, max_length=200)
"""How long an id may be, in characters."""
Id = Annotated[str, LIMITS]
Level = Annotated[Urgency, LIMITS]
"""A level of risk by its code; which there are, the council's policy says."""
MOST_CHILDREN = 30
"""How many children one contact may be about."""
ChildIds = Annotated[tuple[Id, ...], Field(min_length=1, max_length=MOST_CHILDREN)]


Edition = Annotated[int, Field(ge=1)]
"""Counts what is said of one thing, whatever the clocks of its owner's copies show."""


class PersonalData(StrEnum):
    """What a topic carries about people: `none` is ids, states and times only."""

    NONE = "none"
    STAFF = "staff"
    REFERRER = "referrer"
    FAMILY = "family"
    DISCLOSURE = "disclosure"


class Message(BaseModel):
    """A fact that somebody says; key and subject are always the contact's id."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    topic: ClassVar[str]
    """Name of the amber topic; `{agency}` and the like stand for a field of the message."""
    owner: ClassVar[str]
    consumers: ClassVar[tuple[str, ...]]
    personal_data: ClassVar[PersonalData]
    key: ClassVar[str] = "contact_id"
    """The field whose value is the record's key: one contact is in order on one partition."""
    laned: ClassVar[bool] = False
    """Whether urgent messages travel on a topic of their own (`….red.v1`)."""
    partitions: ClassVar[int] = 3
    retention: ClassVar[timedelta] = timedelta(days=30)

    contact_id: Annotated[ContactId, LIMITS]
    council: Annotated[CouncilId, LIMITS]
    occurred_at: AwareDatetime

    @classmethod
    def read(cls, body: bytes) -> Self:
        """Read a body from a topic, ignoring fields this version does not know.

        Raises `pydantic.ValidationError` where the body is not this message.
        """
        return cls.model_validate_json(body, extra="ignore")

    def body(self) -> bytes:
        """Give the JSON body as it goes on the wire."""
        return self.model_dump_json(exclude_none=True).encode()

    @property
    def travels_in(self) -> Lane:
        """The lane whose topic this message goes to."""
        return Lane.AMBER

    @property
    def topic_name(self) -> str:
        """The topic this message goes to, its placeholders filled and its lane chosen."""
        return self.topic_in(
            self.travels_in, **{name: str(getattr(self, name)) for name in self.parts()}
        )

    @classmethod
    def parts(cls) -> tuple[str, ...]:
        """Names of the placeholders in the topic, `("agency",)` for example."""
        return tuple(name for _, name, _, _ in Formatter().parse(cls.topic) if name)

    @classmethod
    def topic_in(cls, lane: Lane, **parts: str) -> str:
        """Give the topic of one lane, e.g. `enquiry.authorised.red.v1`."""
        name = cls.topic.format(**parts)
        if lane is Lane.AMBER or not cls.laned:
            return name
        stem, _, version = name.rpartition(".")
        return f"{stem}.{lane}.{version}"

    @classmethod
    def lanes(cls) -> tuple[Lane, ...]:
        """Lanes this message may travel in."""
        return tuple(Lane) if cls.laned else (Lane.AMBER,)


class ContactMessage(Message):
    """A fact about one contact: it names the contact's level, and goes by the level's lane.

    Who reads it needs no policy to know the lane.
    """

    laned: ClassVar[bool] = True

    urgency: Level
    lane: Lane

    @property
    def travels_in(self) -> Lane:
        """The lane of the contact's level, but for messages that have one topic for both."""
        return self.lane if self.laned else Lane.AMBER


def all_messages() -> Iterator[type[Message]]:
    """Every message of the catalogue, in the order of its topic."""
    from mash_shared.messages import (  # noqa: PLC0415 - they are made from this module
        agency_check,
        agency_receipt,
        agency_says,
        audit,
        case,
        clock,
        contact,
        decision,
        enquiry,
        erasure,
        notice,
        staff,
    )

    modules = (
        *(agency_check, agency_receipt, agency_says, audit, case, clock),
        *(contact, decision, enquiry, erasure, notice, staff),
    )
    classes = {
        item
        for module in modules
        for item in vars(module).values()
        if isinstance(item, type) and issubclass(item, Message) and "topic" in vars(item)
    }
    yield from sorted(classes, key=lambda message: message.topic)
