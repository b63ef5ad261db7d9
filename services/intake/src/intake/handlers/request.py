"""Requests made to the hub: their answers, and the concerns that they tell of (M)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from intake.domain.answer import Answer, ChildAnswered, Disclosed, DutyAnswered
from intake.domain.answering import give
from intake.domain.contact import Contact
from intake.domain.facts import YesNo
from intake.domain.reference import concern_of
from intake.domain.refusals import (
    AlreadyDoneError,
    NoAnswerOwedError,
    NotAChildConcernError,
    UnknownChildError,
)
from intake.forms.codes import check_codes
from intake.forms.contact import RecordContact
from intake.forms.request import AnswerRequest, ChildAnswer, RaiseConcern
from intake.handlers.contact import ContactHandlers
from intake.roles import duty_owners, recorders
from mash_shared.act import Act, Person
from mash_shared.messages import Message
from mash_shared.messages.contact import ContactConcernRaised
from mash_shared.policy import Pack
from mash_shared.policy.acts import ChildQuestion
from mash_shared.policy.front_door import Path
from mash_shared.rights import whose
from mash_shared.vocabulary import ContactId, NotInPolicyError


@dataclass(frozen=True, slots=True)
class RequestHandlers(ContactHandlers):
    """What becomes of a request that somebody makes to the hub."""

    @whose(duty_owners, "answer a request")
    def answer_request(self, contact: Contact, act: Act, form: AnswerRequest) -> Iterator[Message]:
        """Answer the request; every line of what is disclosed is kept (M4, M7, M8, M9).

        It ends as answered once what the law has somebody do is done as well. A further answer
        takes the place of the one before, which is kept.
        """
        pack = self._opened(contact, act)
        if contact.request is None:
            raise NoAnswerOwedError("This contact is no request made to the hub.")
        _check_bases(pack, form)
        give(contact, pack.reverse_enquiries[contact.request.kind], _answer(contact, act, form))
        yield from self._follow(contact, act.at, by=act.person.id)

    @whose(recorders, "record a contact")
    def raise_concern(self, contact: Contact, act: Act, form: RaiseConcern) -> Iterator[Message]:
        """Have the children whom a request told of recorded as a concern, linked to it (M10).

        The request stays one, and is answered or noted as such. A worker is found in the concern
        for those of its children whom it is about, and for no others (E6). The same concern sent
        again for further children of the request is about them as well.
        """
        pack = self._opened(contact, act)
        if contact.request is None:
            raise NoAnswerOwedError("This contact is no request made to the hub.")
        if form.circumstances.named():
            raise UnknownChildError("Its children have no ids yet: name them when it is recorded.")
        recording = _recording(contact, form)
        check_codes(pack, recording)
        if pack.path_of(recording.request_type) is not Path.CHILD_CONCERN:
            raise NotAChildConcernError("What is raised is a concern about children: ask for that.")
        said = recording.model_dump(mode="json")
        id_ = concern_of(contact.id, said)
        there, further = contact.raised_for.get(id_), _further(contact, id_, form)
        contact.raised_for[id_] = (*(there or ()), *further)
        if there is None:
            contact.concerns.append(id_)
        yield from self._follow(contact, act.at, by=act.person.id)
        if there is not None:
            return
        level = {"urgency": form.urgency, "lane": pack.lane_of(recording.urgency)}
        yield ContactConcernRaised(
            **{**contact.head(act.at), **level, "contact_id": ContactId(id_)},
            arising_from=contact.id,
            recorded_by=act.person.id,
            said=said,
        )

    def open_for_concern(self, contact: Contact, raised: ContactConcernRaised) -> Iterator[Message]:
        """Record the concern that somebody raised from a request, once (M10)."""
        if contact.is_recorded:
            return
        person = Person(id=raised.recorded_by, council=raised.council, roles=frozenset())
        contact.arises_from = raised.arising_from
        form = RecordContact.model_validate(raised.said, extra="ignore")
        yield from self._record(contact, Act(person=person, at=raised.occurred_at), form)


def _further(contact: Contact, concern: str, form: RaiseConcern) -> tuple[str, ...]:
    """Give the children of the request whom a concern is newly about; raises where none are."""
    named = dict.fromkeys(form.child_ids)
    if not named.keys() <= set(contact.child_ids):
        raise UnknownChildError("child_ids names a child that this request is not about.")
    if len(named) > len(form.children):
        raise UnknownChildError("child_ids names more children than the concern is about.")
    there = contact.raised_for.get(concern, ())
    further = tuple(child for child in named if child not in there)
    if concern in contact.concerns and not further:
        raise AlreadyDoneError("This concern has been raised from this request.")
    return further


def _check_bases(pack: Pack, form: AnswerRequest) -> None:
    """Raise `NotInPolicyError` for a basis of disclosing that the policy does not have (M7)."""
    bases = pack.disclosing.bases
    if form.basis not in bases:
        raise NotInPolicyError("basis", bases)
    if any(told.basis not in bases for told in form.disclosed):
        raise NotInPolicyError("disclosed.basis", bases)
    if any(one.basis not in (None, *bases) for one in form.children):
        raise NotInPolicyError("children.basis", bases)


def _answer(contact: Contact, act: Act, form: AnswerRequest) -> Answer:
    return Answer(
        by=act.person.id,
        at=act.at,
        number=len(contact.answers) + 1,
        known=form.known,
        basis=form.basis,
        duties=tuple(DutyAnswered(**one.model_dump()) for one in form.duties),
        children=tuple(_of_child(one, form.basis) for one in form.children),
        disclosed=tuple(Disclosed(**one.model_dump()) for one in form.disclosed),
        why=form.why,
    )


def _of_child(form: ChildAnswer, basis: str) -> ChildAnswered:
    said = {question: getattr(form, question) for question in ChildQuestion}
    return ChildAnswered(
        child_id=form.child_id,
        known=form.known,
        basis=form.basis or basis,
        text=form.text,
        said={question: answer for question, answer in said.items() if answer is not None},
    )


def _harm(contact: Contact, form: RaiseConcern) -> dict[str, Any]:
    """Give the harm and danger that either speaks of: what the request said is said still (C8)."""
    said = YesNo.YES in (contact.facts.significant_harm, form.significant_harm)
    return {
        "significant_harm": YesNo.YES if said else form.significant_harm,
        "immediate_danger": contact.immediate_danger or form.immediate_danger,
    }


def _recording(contact: Contact, form: RaiseConcern) -> RecordContact:
    """Give the concern as it is recorded: by whom the request came, when and how it came."""
    harm = _harm(contact, form)
    apart = {*harm, "child_ids"}
    given = {name: getattr(form, name) for name in form.model_fields_set - apart}
    return RecordContact(
        **given,
        channel=contact.channel,
        received_at=contact.standing.received_at,
        referrer=contact.facts.referrer,
        reference=contact.reference,
        **harm,
    )
