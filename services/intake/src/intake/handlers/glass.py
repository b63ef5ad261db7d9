"""Glass that is broken in need: for one contact, for a time, and looked at afterwards (S12)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from intake.domain.contact import Contact
from intake.domain.glass import BrokenGlass, GlassReview, reviewed, shows
from intake.domain.refusals import AlreadyDoneError
from intake.forms.glass import BreakGlass, ReviewGlass
from intake.handlers.base import Handlers
from intake.roles import SEE_OTHERS, glass_breakers
from mash_shared.act import Act
from mash_shared.messages import Message
from mash_shared.rights import managers, whose


@dataclass(frozen=True, slots=True)
class GlassHandlers(Handlers):
    """What a role does not show, shown once for a stated reason."""

    @whose(glass_breakers, "break the glass of a contact")
    def break_glass(self, contact: Contact, act: Act, form: BreakGlass) -> Iterator[Message]:
        """See one contact whole that one's role does not read, for hours that the policy names.

        It ends by itself. A manager finds it in a queue, and looks at it (S12).
        """
        pack = self._opened(contact, act)
        if SEE_OTHERS.is_held(act.person, pack):
            raise AlreadyDoneError("Your role reads this contact whole: there is no glass.")
        if shows(contact.broken_glass, act.person.id, act.at):
            raise AlreadyDoneError("You have broken this glass: the contact is shown to you.")
        contact.broken_glass.append(
            BrokenGlass(
                by=act.person.id,
                at=act.at,
                until=act.at + timedelta(hours=pack.break_glass.hours),
                reason_code=form.reason_code,
                reason=form.reason,
            )
        )
        yield from ()

    @whose(managers, "look at who broke glass")
    def review_glass(self, contact: Contact, act: Act, form: ReviewGlass) -> Iterator[Message]:
        """Say of one time that the glass was broken whether it was right (S12)."""
        self._opened(contact, act)
        review = GlassReview(by=act.person.id, at=act.at, justified=form.justified, note=form.note)
        contact.broken_glass = reviewed(contact.broken_glass, form.number, review)
        yield from ()
