"""Consent after the first minute: news of it, overrides, withdrawal, a talk with the family (D)."""

from collections.abc import Iterator
from dataclasses import dataclass

from intake.domain.consent import ConsentPosition, Override, Withdrawal
from intake.domain.contact import Contact
from intake.domain.progress import Pause
from intake.domain.protection import consent_rule
from intake.domain.refusals import AlreadyDoneError
from intake.domain.talks import follow_talks
from intake.forms.codes import check_consent
from intake.forms.consent import OverrideConsent, SayConsent
from intake.forms.form import Note
from intake.handlers.base import Handlers
from intake.roles import overriders, recorders, triage
from mash_shared.act import Act
from mash_shared.messages import Message
from mash_shared.policy.front_door import NightAct
from mash_shared.rights import whose
from mash_shared.vocabulary import NotInPolicyError


@dataclass(frozen=True, slots=True)
class ConsentHandlers(Handlers):
    """What becomes known and is decided about consent."""

    @whose(recorders, "record consent")
    def say_consent(self, contact: Contact, act: Act, form: SayConsent) -> Iterator[Message]:
        """Take in what is now known of consent; it ends a wait for the family (D1, D3, D14).

        An enquiry that is out and may not be any more is stopped, as by a withdrawal.
        """
        pack = self._opened(contact, act)
        check_consent(pack, form.consent)
        if form.consent != contact.consent.said or contact.consent.is_withdrawn:
            contact.consent.say(form.consent, by=act.person.id, at=act.at)
        _wait_no_longer(contact, act)
        follow_talks(contact, pack, act.at, act.at, by=act.person.id)
        yield from self._follow(contact, act.at, by=act.person.id)

    @whose(overriders, "override consent", at_night=NightAct.OVERRIDE_CONSENT)
    def override_consent(
        self, contact: Contact, act: Act, form: OverrideConsent
    ) -> Iterator[Message]:
        """Go on without consent: a manager's rationale on each child's record (D7, D12, D13)."""
        pack = self._opened(contact, act)
        if form.ground not in pack.consent.override_grounds:
            raise NotInPolicyError("ground", pack.consent.override_grounds)
        if contact.consent.is_overridden_for(set(contact.child_ids)):
            raise AlreadyDoneError("Consent has been overridden for every child.")
        overrides = [
            Override(
                child_id=child_id,
                by=act.person.id,
                at=act.at,
                ground=form.ground,
                rationale=form.rationale,
                evidence=form.evidence,
            )
            for child_id in contact.child_ids
        ]
        contact.consent.override(overrides, allowed=consent_rule(contact, pack).overridable)
        _wait_no_longer(contact, act)
        yield from self._follow(contact, act.at, by=act.person.id)

    @whose(recorders, "record a withdrawal")
    def withdraw_consent(self, contact: Contact, act: Act, form: Note) -> Iterator[Message]:
        """Note that consent was taken back; what is outstanding stops unless it is overridden."""
        self._opened(contact, act)
        contact.consent.withdraw(Withdrawal(by=act.person.id, at=act.at, note=form.note))
        yield from self._follow(contact, act.at, by=act.person.id)

    @whose(triage, "return a contact")
    def return_for_discussion(self, contact: Contact, act: Act, form: Note) -> Iterator[Message]:
        """Ask the professional to talk to the family first; the contact waits, open (D5)."""
        self._opened(contact, act)
        contact.must_be_free_to_ask()
        if contact.consent.must_not_inform:
            raise AlreadyDoneError("The family is not to be informed, so nobody talks to it first.")
        if contact.consent.position is not ConsentPosition.MAY_RETURN:
            raise AlreadyDoneError("This contact does not wait for a talk with the family.")
        if contact.pause is not None:
            raise AlreadyDoneError("This contact has been returned for a talk with the family.")
        contact.pauses.append(Pause(by=act.person.id, at=act.at, note=form.note))
        yield from ()


def _wait_no_longer(contact: Contact, act: Act) -> None:
    """End a wait for the family, where the contact is in one."""
    if contact.pause is not None:
        contact.pause.ended_at = act.at
