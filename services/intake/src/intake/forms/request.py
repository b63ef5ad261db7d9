"""Answering a request made to the hub, and raising the concern that it told of (M)."""

from typing import Annotated, Literal

from pydantic import Field

from intake.domain.answer import Known
from intake.domain.said import Consent
from intake.forms.children import ChildrenNamed
from intake.forms.contact import Children, SaidInFull
from intake.forms.form import Form
from mash_shared.messages import MOST_CHILDREN
from mash_shared.people import Prose, ProseOrMissing, Short, ShortOrMissing


class DutyAnswer(Form):
    """What is answered to one duty of the request."""

    duty: Short
    text: Prose


class ChildAnswer(Form):
    """What is answered of one child whom the request names (M8, M9).

    Where it names none and a view is asked for, `child_id` is `unnamed`. `text` is what is on
    record of a child who is known, now or from before. `basis` is that of the answer unless given.
    """

    child_id: Short
    known: Known
    basis: ShortOrMissing = None
    text: ProseOrMissing = None
    best_interests_report: ProseOrMissing = None
    identity_verified: Literal["yes", "no"] | None = None
    view_on_contact: ProseOrMissing = None
    referral_advised: Literal["yes", "no"] | None = None


class Disclose(Form):
    """One thing that is told of somebody: a child of the contact, a record found, the `subject`."""

    about: Short
    text: Prose
    basis: Short


class AnswerRequest(Form):
    """The answer to a request (M4, M7).

    `known` says whether the hub holds anything of whom it is asked about; where that is nobody but
    the children, of any of them. Where no more is asked, or nothing is held, nothing is disclosed
    beside it. `children` says what is answered of each child whom the request names, known or not.
    `basis` is that of the answer as a whole, a code of the council's policy. An answer that takes
    the place of an earlier one says `why`.
    """

    known: Known
    basis: Short
    duties: Annotated[tuple[DutyAnswer, ...], Field(max_length=10)] = ()
    children: Annotated[tuple[ChildAnswer, ...], Field(max_length=MOST_CHILDREN)] = ()
    disclosed: Annotated[tuple[Disclose, ...], Field(max_length=20)] = ()
    why: ProseOrMissing = None


class RaiseConcern(SaidInFull):
    """The children whom a request told of, and the worry about them (M10).

    Who asked, or told the hub, is their referrer; it was received with the request. `child_ids` are
    those children of the request whom the concern is about: a worker is found for them there.
    """

    urgency: Short
    concern: Prose
    request_type: ShortOrMissing = None
    immediate_danger: bool = False
    child_ids: ChildrenNamed = ()
    children: Children
    consent: Consent
