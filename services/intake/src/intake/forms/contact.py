"""Recording a contact, correcting it, and adding to it (A, B, C)."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from intake.domain.circumstances import Circumstances
from intake.domain.facts import (
    Adult,
    AllegedPerpetrator,
    ChildFacts,
    FactGroup,
    HelpWanted,
    Knowledge,
    ReferrerFacts,
    YesNo,
)
from intake.domain.progress import CheckResult
from intake.domain.reference import Reference
from intake.domain.said import Consent
from intake.forms.form import ContactRef, Form
from intake.forms.part import Part, PartOf, without_defaults
from mash_shared.messages import MOST_CHILDREN, Level
from mash_shared.people import AskedAbout, Moment, Prose, ProseOrMissing, Short, ShortOrMissing
from mash_shared.vocabulary import Channel, Urgency

Children = Annotated[tuple[ChildFacts, ...], Field(min_length=1, max_length=MOST_CHILDREN)]
RequestTypes = Annotated[tuple[Short, ...], Field(max_length=10)]
Adults = Annotated[tuple[Adult, ...], Field(max_length=50)]


class Said(Form):
    """What was said of the family and the worry; anything may be missing (B3)."""

    household: Adults = ()
    parental_responsibility: Adults = ()
    address: ShortOrMissing = None
    alleged_perpetrators: Annotated[tuple[AllegedPerpetrator, ...], Field(max_length=20)] = ()
    parents_aware: YesNo = YesNo.UNKNOWN
    parents_agree: YesNo = YesNo.UNKNOWN
    significant_harm: YesNo = YesNo.UNKNOWN
    knowledge: dict[FactGroup, Knowledge] = Field(default_factory=dict)
    attestations: Annotated[tuple[Short, ...], Field(max_length=20)] = ()
    threshold_level: ShortOrMissing = None


class SaidInFull(Said):
    """What was said, with what beside the worry is asked for and has to be recognised (C, N)."""

    help_wanted: HelpWanted | None = None
    circumstances: Circumstances = Circumstances()


class RequestForm(Form):
    """What somebody asks of the hub (M), in codes of the council's policy.

    Whom it is about stands in `asked_about`.
    """

    kind: Short
    requester: Short
    subject: Literal["child", "adult"]
    mode: ShortOrMissing = None
    their_reference: ShortOrMissing = None


class RecordContact(SaidInFull):
    """A new contact; facts that are missing never block it (B3).

    Without `request_type` it is a concern about a child; `also_asked` is what the further parts of
    one form ask for, which is one contact (A5). `reference` is that of an earlier contact,
    where the caller quotes one (A9); contacts about one group share a `group_id` (N11).
    """

    channel: Channel
    urgency: Level
    received_at: Moment
    concern: Prose
    request_type: ShortOrMissing = None
    also_asked: RequestTypes = ()
    reference: Reference | None = None
    group_id: ShortOrMissing = None
    immediate_danger: bool = False
    written_part_follows: bool = False
    children: Children = (ChildFacts(),)
    referrer: ReferrerFacts
    consent: Consent
    request: RequestForm | None = None
    asked_about: AskedAbout | None = None

    model_config = Form.model_config | {
        "json_schema_extra": {
            "examples": [
                {
                    "channel": "phone",
                    "urgency": "amber",
                    "received_at": "2026-03-11T09:20:00Z",
                    "concern": "A pupil comes to school hungry and says nobody is home at night.",
                    "children": [{"full_name": "Tobias Fenwick-Adair", "date_of_birth": "2016-05"}],
                    "referrer": {
                        "kind": "professional",
                        "full_name": "Imogen Saltmarsh",
                        "email": "i.saltmarsh@marlpit-lane.example",
                    },
                    "consent": {"status": "given", "given_by": "parent"},
                }
            ]
        }
    }


class GroupMember(SaidInFull):
    """One child of a group, with what belongs to this child's family alone (N11).

    So do consent and what the referrer knows of this family, and how they stand to it (D3, B11).
    """

    child: ChildFacts
    concern: Annotated[Prose, Field(max_length=19_900)]
    alleged_to_harm: bool = False
    consent: Consent
    referrer_knowledge: ProseOrMissing = None
    referrer_relationship: ShortOrMissing = None


class RecordGroup(Form):
    """Harm to several children outside their families: one context, a contact each (N9, N11)."""

    channel: Channel
    urgency: Level
    received_at: Moment
    context: Prose
    children: Annotated[tuple[GroupMember, ...], Field(min_length=2, max_length=MOST_CHILDREN)]
    referrer: ReferrerFacts
    immediate_danger: bool = False

    @field_validator("referrer")
    @classmethod
    def knows_each_family_apart(cls, referrer: ReferrerFacts) -> ReferrerFacts:
        """Refuse what is said of one family where every family's contact would show it (N11)."""
        if referrer.knowledge or referrer.relationship_to_child:
            raise ValueError(
                "what the referrer knows of a family, and how they stand to the child, belongs "
                "to each child: referrer_knowledge and referrer_relationship"
            )
        return referrer


class AmendedChild(Form):
    """What is learnt of one child; without `child_id` of a child that was learnt of."""

    child_id: ShortOrMissing = None
    facts: Annotated[Part, PartOf(ChildFacts)]


class AmendContact(Said):
    """A correction: it changes what it names and nothing else, and says why.

    What is not given stays, inside each child, the referrer and the circumstances too; null clears
    what may be unknown. A list takes the place of the list. Children are named by their
    `child_id`, and those not named stay: one recorded by mistake is struck by an act of its own. A
    level, the danger, the time of receipt and what was asked for are put right in the same way.
    """

    why: Prose
    concern: Prose = ""
    children: Annotated[tuple[AmendedChild, ...], Field(max_length=MOST_CHILDREN)] = ()
    referrer: Annotated[Part, PartOf(ReferrerFacts)] | None = None
    help_wanted: Annotated[Part, PartOf(HelpWanted)] | None = None
    circumstances: Annotated[Part, PartOf(Circumstances)] = Part()
    asked_about: Annotated[Part, PartOf(AskedAbout)] | None = None
    urgency: Level = Urgency("")
    request_type: ShortOrMissing = None
    also_asked: RequestTypes = ()
    immediate_danger: bool = False
    received_at: Moment | None = None
    channel: Channel = Channel.PHONE

    model_config = Form.model_config | {"json_schema_extra": without_defaults}


class CheckDemographics(Form):
    """That it was checked who `child_ids` are, or every child where none is named (B2)."""

    child_ids: Annotated[tuple[Short, ...], Field(max_length=MOST_CHILDREN)] = ()
    result: CheckResult
    note: ProseOrMissing = None


class CompleteRecord(Form):
    """A registered social worker's word that the record is complete (J4).

    Their registration number is the one that the council's directory holds.
    """


class WrittenFollowUp(Form):
    """The written part of a telephoned worry (A9, A10)."""

    received_at: Moment
    text: Prose


class Attachment(Form):
    """A paper that belongs to the contact, by where the council keeps it (C6)."""

    kind: Short
    title: Short
    kept_at: Short


class TellFamily(Form):
    """What a family was told of the hub (A19)."""

    what: Prose


class JoinContact(Form):
    """The contact that this one is the other part of, whichever was typed first (A9, A10).

    `reference` is that contact's, as it is quoted: it joins what the index has not found.
    `same_children` says who of this contact is which child of that one, by id: whose name is
    written in another way there.
    """

    earlier: ContactRef
    same_children: Annotated[dict[Short, Short], Field(max_length=MOST_CHILDREN)] = Field(
        default_factory=dict
    )
    reference: Reference | None = None
