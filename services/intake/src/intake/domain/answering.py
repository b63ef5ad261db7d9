"""Answering a request made to the hub: what has to be there, and when the request is over (M)."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from intake.domain.answer import SUBJECT, Answer, ChildAnswered, Known, lines_of, named_by_hash
from intake.domain.answer_basis import (
    MOST_ANSWERS,
    done_by,
    only_known,
    records_of,
    rested_on,
    whom,
)
from intake.domain.contact import Contact
from intake.domain.ending import Ended, Ending
from intake.domain.refusals import NoAnswerOwedError, WorkOutstandingError
from intake.domain.task import AnswerMissingError, TaskKind
from mash_shared.policy.acts import ChildQuestion, ReverseEnquiry
from mash_shared.vocabulary import (
    ClockKind,
    ClockState,
    FieldRefusedError,
    NotInPolicyError,
    Refusal,
)

OF_KNOWN_ONLY = (ChildQuestion.BEST_INTERESTS_REPORT, ChildQuestion.IDENTITY_VERIFIED)


def give(contact: Contact, policy: ReverseEnquiry, answer: Answer) -> None:
    """Answer the request with what each duty asks for, and keep a line of what is disclosed (M7).

    Raises `NoAnswerOwedError` where nothing is asked, and a `Refusal` that says what has to come
    before or does not fit.
    """
    request = contact.request
    owed = policy.answers(request.mode) if request else ()
    if request is None or not owed:
        raise NoAnswerOwedError("Nobody waits for an answer to this contact.")
    if len(contact.answers) == MOST_ANSWERS:
        raise NoAnswerOwedError(f"It has been answered {MOST_ANSWERS} times: record a new request.")
    if contact.answers and answer.why is None:
        raise FieldRefusedError("why", "why must say what was wrong with the answer before.")
    contact.must_be_sure_who_it_is()
    duties = [task for task in contact.tasks if task.kind is TaskKind.DUTY]
    if any(task.is_open for task in duties if task.of not in owed):
        raise WorkOutstandingError("First do what the request asks for beside its answer.")
    briefly = only_known(contact, policy)
    _must_answer_duties(answer, owed=() if briefly else owed)
    _must_answer_each_child(contact, policy, answer, briefly=briefly)
    _must_say_what_is_known(contact, answer)
    _must_tell_of_nobody_else(contact, answer, briefly=briefly)
    for task in filter(lambda one: one.is_open, duties):
        task.complete(done_by(answer, task))
    contact.answers.append(replace(answer, rested_on=rested_on(contact, policy, answer)))
    subject = named_by_hash(contact.id, contact.facts.asked_about)
    contact.disclosures.extend(lines_of(answer, to=request.requester, subject=subject))


def _must_answer_duties(answer: Answer, *, owed: tuple[str, ...]) -> None:
    if sorted(one.duty for one in answer.duties) != sorted(owed):
        wanted = f"answer each of {', '.join(owed)} once" if owed else "be left out"
        raise FieldRefusedError("duties", f"duties must {wanted}.")


def _must_answer_each_child(
    contact: Contact, policy: ReverseEnquiry, answer: Answer, *, briefly: bool
) -> None:
    """Raise unless each child whom the request names has theirs, once (M4, M8, M9)."""
    named = () if briefly and not contact.child_ids else whom(contact, policy)
    if sorted(one.child_id for one in answer.children) != sorted(named):
        wanted = f"answer each of {', '.join(named)} once" if named else "be left out"
        raise FieldRefusedError("children", f"children must {wanted}.")
    for child in answer.children:
        if child.known is Known.NOT_KNOWN and records_of(contact, child.child_id):
            raise FieldRefusedError(
                "children", f"children must say known or previously of {child.child_id}: they are "
                "on record."
            )  # fmt: skip
        _must_say_enough(policy, child, briefly=briefly)


def _must_say_enough(policy: ReverseEnquiry, child: ChildAnswered, *, briefly: bool) -> None:
    """Raise where what is said of a child is too little, or more than it may be."""
    is_known = child.known is not Known.NOT_KNOWN
    told = [*child.said, *(["text"] if child.text else [])]
    if briefly:
        more = told
    else:
        more = [one for one in told if not is_known and (one == "text" or one in OF_KNOWN_ONLY)]
    if more:
        says = f"children must leave out {' and '.join(more)} of {child.child_id}."
        raise FieldRefusedError("children", says)
    asked = policy.of_known_child if is_known else policy.of_unknown_child
    wanted: tuple[str, ...] = asked or (("text",) if is_known else ())
    missing = [one for one in wanted if one not in told]
    if missing and not briefly:
        raise AnswerMissingError(
            f"children must say {' and '.join(missing)} of {child.child_id}, who is "
            f"{child.known.replace('_', ' ')}."
        )


def _must_say_what_is_known(contact: Contact, answer: Answer) -> None:
    """Raise where nothing is said to be known of whom something is on record (M4)."""
    said = any(one.known is not Known.NOT_KNOWN for one in answer.children)
    child = said and contact.facts.asked_about is None
    if answer.known is Known.NOT_KNOWN and (child or records_of(contact, SUBJECT)):
        raise FieldRefusedError(
            "known", "known must be known or previously: something is on record of them."
        )


def _must_tell_of_nobody_else(contact: Contact, answer: Answer, *, briefly: bool) -> None:
    """Raise where more is told than may be, or of somebody who was not asked about (M4, M7)."""
    known = {SUBJECT: answer.known} | {one.child_id: one.known for one in answer.children}
    held = [about for about, is_ in known.items() if is_ is not Known.NOT_KNOWN]
    of = {*held, *(record for about in held for record in records_of(contact, about))}
    if answer.disclosed and (briefly or not held):
        raise FieldRefusedError(
            "disclosed", "disclosed must be left out: no more than known or not known is told."
        )
    if any(told.about not in of for told in answer.disclosed):
        raise NotInPolicyError("disclosed.about", of)


def finish(contact: Contact, at: datetime) -> None:
    """End a request once it is answered, or what was told is recorded, and the law's work is done.

    It ends as answered only with an answer. What it says of harm to a child is not put away by one
    person: unless it is answered, or goes on as a concern for each child, a manager signs off how
    it ends. A known child's goes first to whoever knows them (E1).
    """
    if contact.request is None:
        return
    duties = [task for task in contact.tasks if task.kind is TaskKind.DUTY]
    if any(task.is_open for task in duties):
        return
    contact.end_clock(ClockKind.ANSWER_TO_REQUEST, state=ClockState.MET, at=at)
    if contact.ending is not None or any(t.is_open for t in contact.tasks if t.mandatory):
        return
    done = max((task.done for task in duties if task.done), key=lambda one: one.at)
    ended_as = Ended.ANSWERED if contact.answers else Ended.NOTED
    goes_on = contact.is_raised_for_all or not contact.is_protection
    ending = Ending(
        ended_as=ended_as,
        by=done.by,
        at=at,
        to=contact.concerns[-1] if contact.concerns and goes_on else None,
        told_at_once=ended_as is Ended.ANSWERED,
    )
    with suppress(Refusal):
        if not (contact.is_protection and ending.closes_a_worry):
            contact.end(ending)
        elif not contact.sign_offs and contact.proposed_ending is None:
            contact.propose_ending(ending)
