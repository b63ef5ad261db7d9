"""Early help rests on consent: nobody is sent there without it, whichever path they came (D4)."""

from datetime import datetime

from intake.domain.consent import WHY_NOT, ConsentPosition, NoConsentError
from intake.domain.contact import Contact
from intake.domain.ending import Ended, Ending
from intake.domain.work import leave_to_person
from mash_shared.policy import Pack

LOST = "Early help may not be given without the consent that is missing now: tell whoever gives it."


def must_have_consent(contact: Contact, ending: Ending) -> None:
    """Raise `NoConsentError` for early help for children without the consent it rests on (D4).

    Whoever only asks where it is to be had, and names no child, is told.
    """
    lacking = contact.without_consent_to_service and bool(contact.children)
    if ending.early_help and lacking:
        raise NoConsentError(WHY_NOT[ConsentPosition.MUST_RETURN])


def see_to_early_help(contact: Contact, pack: Pack, at: datetime) -> None:
    """Have whoever gives early help told, once, that the consent it rests on is gone (D4, D15)."""
    ending = contact.ending
    given = ending is not None and ending.early_help and ending.ended_as is Ended.REROUTED
    if not (given and contact.without_consent_to_service):
        return
    if not any(task.what == LOST for task in contact.tasks):
        leave_to_person(contact, pack, at, LOST)
