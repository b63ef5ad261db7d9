"""Sending a contact its way: to whoever knows the child, elsewhere, or nowhere (B14, E, A14)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from intake.domain.consent import ConsentPosition
from intake.domain.contact import Contact
from intake.domain.ending import Ended, Ending, SignOff
from intake.domain.news import end
from intake.domain.refusals import AlreadyDoneError, NotAChildConcernError
from intake.domain.serving import must_have_consent
from intake.forms.ending import (
    GiveAdvice,
    Reroute,
    SignOffEnding,
    Signpost,
)
from intake.forms.form import Note
from intake.handlers.base import Handlers
from intake.roles import recorders, triage
from mash_shared.act import Act
from mash_shared.messages import Message
from mash_shared.policy import Pack
from mash_shared.policy.front_door import NightAct, Path
from mash_shared.policy.places import Place, PlaceKind
from mash_shared.rights import Right, managers, whose
from mash_shared.vocabulary import (
    Channel,
    FieldRefusedError,
    NotInPolicyError,
    NotKnownError,
)

SIGNPOST_A_WORRY = Right(triage, "signpost whoever does not only ask where to turn")
NOBODY_OF_OURS = "acknowledged_by must name somebody whom the directory has now."
NOBODY_THERE = "acknowledged_by or outsider must say who took it over there."


@dataclass(frozen=True, slots=True)
class EndingHandlers(Handlers):
    """The ways that a contact goes without an enquiry."""

    @whose(recorders, "signpost", SIGNPOST_A_WORRY)
    def signpost(self, contact: Contact, act: Act, form: Signpost) -> Iterator[Message]:
        """Point somebody to a service (B14, B15).

        Business support does so alone for whoever only asks where to turn; a worry about a child
        is sorted first.
        """
        pack = self._opened(contact, act)
        if contact.path is not Path.INFORMATION:
            SIGNPOST_A_WORRY.must_be_held_now(act, pack)
        spoken = contact.channel in (Channel.PHONE, Channel.IN_PERSON)
        place = _place(pack, form.to)
        ending = Ending(
            ended_as=Ended.SIGNPOSTED,
            by=act.person.id,
            at=act.at,
            to=place.name,
            place=place.code,
            early_help=place.kind is PlaceKind.EARLY_HELP,
            note=form.note,
            told_at_once=spoken if form.told_at_once is None else form.told_at_once,
        )
        yield from self._end(contact, pack, ending)

    @whose(triage, "advise")
    def give_advice(self, contact: Contact, act: Act, form: GiveAdvice) -> Iterator[Message]:
        """End a consultation with the advice that was given (A14, A15, D20)."""
        pack = self._opened(contact, act)
        if contact.path is not Path.CONSULTATION:
            raise NotAChildConcernError("Advice ends a consultation; this contact is none.")
        ending = Ending(
            ended_as=Ended.ADVICE_GIVEN,
            by=act.person.id,
            at=act.at,
            note=form.advice,
            told_at_once=True,
        )
        yield from self._end(contact, pack, ending)

    @whose(triage, "return a contact")
    def return_to_referrer(self, contact: Contact, act: Act, form: Note) -> Iterator[Message]:
        """Give a contact back that may not go on without consent (D4)."""
        pack = self._opened(contact, act)
        if contact.consent.position not in (
            ConsentPosition.MUST_RETURN,
            ConsentPosition.MUST_EXPLAIN,
        ):
            raise AlreadyDoneError(
                "Only a contact that may not go on without consent, or without an explanation of "
                "why there is none, goes back to the referrer."
            )
        ending = Ending(
            ended_as=Ended.RETURNED_TO_REFERRER, by=act.person.id, at=act.at, note=form.note
        )
        yield from self._end(contact, pack, ending)

    @whose(triage, "reroute a contact")
    def reroute(self, contact: Contact, act: Act, form: Reroute) -> Iterator[Message]:
        """Send a contact that came to the wrong place to the right one (E7, M11).

        That is a place of the policy; to early help none goes without consent (D4). Who took it
        over there is known by the directory, or named as of that place.
        """
        pack = self._opened(contact, act)
        place = _place(pack, form.to)
        if form.acknowledged_by is not None and act.member(form.acknowledged_by) is None:
            raise FieldRefusedError("acknowledged_by", NOBODY_OF_OURS)
        if form.acknowledged_by is None and form.outsider is None:
            raise FieldRefusedError("acknowledged_by", NOBODY_THERE)
        other = place.kind is PlaceKind.OTHER_COUNCIL
        ending = Ending(
            ended_as=Ended.TRANSFERRED_TO_OTHER_LA if other else Ended.REROUTED,
            by=act.person.id,
            at=act.at,
            to=place.name,
            place=place.code,
            early_help=place.kind is PlaceKind.EARLY_HELP,
            acknowledged_by=form.acknowledged_by,
            outsider=form.outsider,
            note=form.note,
        )
        yield from self._end(contact, pack, ending)

    @whose(managers, "sign off an ending", at_night=NightAct.SIGN_OFF_ENDING)
    def sign_off_ending(self, contact: Contact, act: Act, form: SignOffEnding) -> Iterator[Message]:
        """Let a worry about harm end as somebody proposed, or send it back; a manager's act."""
        pack = self._opened(contact, act)
        proposed = contact.proposed_ending
        if proposed is None:
            raise NotKnownError("No ending waits for a sign-off.")
        if form.agrees:
            must_have_consent(contact, proposed)
        contact.sign_off(
            SignOff(
                agrees=form.agrees,
                by=act.person.id,
                at=act.at,
                reason=form.reason,
                proposed=proposed,
            )
        )
        if form.agrees:
            ending = replace(proposed, at=act.at, signed_off_by=act.person.id)
            yield from end(contact, pack, ending)
            yield from self._follow(contact, act.at, by=act.person.id)

    def _end(self, contact: Contact, pack: Pack, ending: Ending) -> Iterator[Message]:
        """End it, or keep how it would end until a manager says: nobody ends protection alone."""
        must_have_consent(contact, ending)
        if contact.is_protection and ending.closes_a_worry:
            contact.propose_ending(ending)
        else:
            yield from end(contact, pack, ending)
            yield from self._follow(contact, ending.at, by=ending.by)


def _place(pack: Pack, code: str) -> Place:
    """Give a place of the policy; raises `NotInPolicyError` for one that is none (E7)."""
    places = pack.places.beside(pack.council.id)
    if code not in places:
        raise NotInPolicyError("to", places)
    return places[code]
