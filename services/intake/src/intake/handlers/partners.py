"""What agencies tell the hub, or ask it, by their own gateways (M10)."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from intake.domain.contact import Contact
from intake.domain.facts import ChildFacts, ReferrerFacts, YesNo
from intake.domain.refusals import NotAChildConcernError
from intake.domain.said import Consent
from intake.forms.codes import check_codes
from intake.forms.contact import RecordContact, RequestForm
from intake.handlers.contact import ContactHandlers
from mash_shared.act import Act, Person
from mash_shared.messages import Message
from mash_shared.messages.agency_says import (
    AgencyInformationShared,
    AgencyMessageRecorded,
    Checked,
)
from mash_shared.policy import Pack
from mash_shared.policy.front_door import Path
from mash_shared.vocabulary import Channel, ConsentStatus, ReferrerKind


@dataclass(frozen=True, slots=True)
class PartnerHandlers(ContactHandlers):
    """What comes of an agency's own accord."""

    def record_said(self, contact: Contact, said: Checked) -> Iterator[Message]:
        """Record what an agency told or asked as what is typed of it, once; say under which name.

        Everything else follows as of a request that somebody typed: its duties and their time, and
        whom it is about is looked up and flagged.
        """
        if contact.is_recorded:
            return
        tells = isinstance(said, AgencyInformationShared)
        pack = self.packs.of(said.council)
        form = _form(pack, said, tells=tells)
        check_codes(pack, form)
        gateway = Person(
            id=f"agency-gateway.{said.agency}", council=said.council, roles=frozenset()
        )
        yield from self._record(contact, Act(person=gateway, at=said.occurred_at), form)
        yield AgencyMessageRecorded(
            **contact.head(said.occurred_at),
            agency=said.agency,
            saying="information" if tells else "enquiry",
            number=said.number,
            reference=contact.reference,
        )


def _form(pack: Pack, said: Checked, *, tells: bool) -> RecordContact:
    """Give the form that somebody would type."""
    types = pack.contact.request_types.items()
    taken = pack.taken_from(said.agency)
    asked = next((code for code, one in types if one.path is Path.REQUEST_TO_THE_HUB), None)
    if taken is None or asked is None:
        raise NotAChildConcernError("The council takes nothing by the gateway of this agency.")
    kind, policy = taken
    request = RequestForm(
        kind=kind,
        requester=said.agency,
        subject=said.subject,
        mode=policy.mode_of(tells=tells),
        their_reference=said.number,
    )
    referrer = ReferrerFacts(
        kind=ReferrerKind.PROFESSIONAL,
        full_name=said.professional,
        email=said.email,
        telephone=said.telephone,
        agency=said.agency,
        their_reference=said.number,
    )
    children = tuple(ChildFacts(**asdict(child)) for child in said.children)
    return RecordContact(
        channel=Channel.AGENCY_SYSTEM,
        urgency=said.urgency,
        received_at=said.occurred_at,
        concern=said.concern,
        request_type=asked,
        request=request,
        asked_about=said.asked_about,
        address=said.address,
        children=children or (ChildFacts(),),
        referrer=referrer,
        significant_harm=YesNo(said.significant_harm),
        immediate_danger=said.immediate_danger,
        consent=Consent(status=ConsentStatus.NOT_SOUGHT),
    )
