"""One request to one agency, and the ledger of what that agency disclosed in answer to it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from mash_shared.clocks import Aggregate
from mash_shared.keeping import hash_of
from mash_shared.messages.agency_check import Asked
from mash_shared.people import Answer, LawfulBasis
from mash_shared.vocabulary import (
    AgencyId,
    ConsentStatus,
    ContactId,
    EnquiryId,
    Refusal,
    ReplyState,
)

_AWAY = ReplyState.UNAVAILABLE


class EnvelopeDeniedError(Refusal):
    """The request lacks what makes it lawful; the gateway does not hand it on (invariant 1)."""


class NeverAskedError(Refusal):
    """A reply names a request that this agency never had (I5)."""


class TakenBackError(Refusal):
    """A reply came to a request that the hub had taken back; it is not passed on (D15)."""


class OtherRequestError(Refusal):
    """A reply repeats its request wrongly: it may belong to another case (I5)."""


class ReplyChangedError(Refusal):
    """A correction needs a reply id of its own; the same id must say the same (I4)."""


class NoAnalysisError(Refusal):
    """Facts came without the analysis that gives them meaning (G2)."""


class FactsOutOfPlaceError(Refusal):
    """Facts came with a state that says there are none to tell (G6)."""


class AnsweredAlreadyError(Refusal):
    """That an agency cannot answer replaces no answer that it gave (I4)."""


class NothingTakenError(Refusal):
    """The council takes nothing of the kind from this agency by its gateway (M10)."""


class SaidOtherwiseError(Refusal):
    """What is put right is told under a number of its own; the same number says the same (I4)."""


class NoReasonError(Refusal):
    """An agency declined without saying why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """One line of the disclosure ledger (G3): what left, about whom, to whom, when.

    `late` says that the agency's time had run out.
    """

    reply_id: str
    reply_hash: str
    state: ReplyState
    disclosed_at: datetime
    to: str
    about: tuple[str, ...]
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form in which the request was handed over: of whom, and what replies repeat of it."""

    copied: dict[str, str]
    child_ids: tuple[str, ...]

    @property
    def request_hash(self) -> str:
        """What a reply to this form quotes."""
        return self.copied["request_hash"]


@dataclass(slots=True, kw_only=True)
class Request(Aggregate):
    """What the hub asked this agency, and every reply it gave."""

    KEPT = Aggregate.KEPT | {
        "enquiry_id": "a name that the hub drew",
        "agency": "a code",
        "asked_at": "a time",
        "asked_by": "an id of staff: who asked",
        "taken_back_at": "a time",
        "disclosures": "which reply left when, to whom, about which children by their ids",
    }

    enquiry_id: EnquiryId = EnquiryId("")
    agency: AgencyId = AgencyId("")
    asked_at: datetime | None = None
    taken_back_at: datetime | None = None
    reply_by: datetime | None = None
    asked_by: str = ""
    request_hash: str = ""
    asked: list[Form] = field(default_factory=list)
    edition: int = 0
    amended_at: datetime | None = None
    disclosures: list[Disclosure] = field(default_factory=list)

    def erase(self, at: datetime) -> None:
        """Keep of the ledger who was told when; no hash by which words could be guessed (G3)."""
        Aggregate.erase(self, at)
        self.disclosures = [replace(line, reply_hash="") for line in self.disclosures]

    def hand_over(self, form: Form, asked_at: datetime) -> None:
        """Note that the request, or what it says now, was handed to the agency.

        Replies may repeat any form in which it was handed over.
        """
        self.asked.append(form)
        self.request_hash = form.request_hash
        if self.asked_at is None:
            self.asked_at = asked_at
        else:
            self.amended_at = asked_at

    def is_as_new_as(self, amended: Asked) -> bool:
        """Whether the agency has this, or what was said after it."""
        newest = self.amended_at or self.asked_at
        if newest is None or amended.edition != self.edition:
            return amended.edition <= self.edition
        return amended.occurred_at <= newest

    @property
    def waits(self) -> bool:
        """Whether the agency has it, and has not answered."""
        return self.asked_at is not None and self.taken_back_at is None and not self.disclosures

    def line_of(self, reply_id: str) -> Disclosure | None:
        """Give the line of a reply."""
        return next((line for line in self.disclosures if line.reply_id == reply_id), None)

    def disclose(
        self, answer: Answer, *, copied: Mapping[str, str], at: datetime
    ) -> Disclosure | None:
        """Check a reply and write the ledger; give its line, None where it is there already.

        `copied` is what it repeats of its request, and all of it must be as it was asked (I5). It
        is about the children of that form.

        Raises a refusal where the reply must not be attached; it is then quarantined.
        """
        if self.asked_at is None:
            raise NeverAskedError("The reply names a request that this agency was never sent.")
        if self.taken_back_at is not None and not self.disclosures:
            raise TakenBackError("The request was taken back before it was answered.")
        quoted = copied.get("request_hash")
        asked = next((one for one in self.asked if one.request_hash == quoted), self.asked[-1])
        if wrong := [name for name, value in asked.copied.items() if copied.get(name) != value]:
            raise OtherRequestError(f"The reply and its request differ in {', '.join(wrong)}.")
        reply_hash = hash_of(asdict(answer))
        if known := self.line_of(answer.reply_id):
            if known.reply_hash != reply_hash:
                raise ReplyChangedError("The reply says something else under an earlier one's id.")
            return None
        _check_quality(answer)
        state = ReplyState(answer.state)
        if state is _AWAY and any(line.state is not _AWAY for line in self.disclosures):
            raise AnsweredAlreadyError("The agency has answered: `unavailable` replaces no answer.")
        line = Disclosure(
            reply_id=answer.reply_id,
            reply_hash=reply_hash,
            state=state,
            disclosed_at=at,
            to=self.asked_by,
            about=asked.child_ids,
            late=self.reply_by is not None and at > self.reply_by,
        )
        self.disclosures.append(line)
        return line


SAID = "said-"
"""How the id of what an agency said of its own accord begins."""


def said_id(council: str, saying: str, number: str) -> str:
    """Give the id of what an agency says under this number; the number stands nowhere in it."""
    return SAID + hash_of({"council": council, "saying": saying, "number": number})[:32]


def contact_of(agency: str, said: str) -> ContactId:
    """Give the id of the contact that is recorded of what an agency said."""
    return ContactId(hash_of({"agency": agency, "said": said})[:32])


@dataclass(slots=True, kw_only=True)
class Said(Aggregate):
    """What this agency told or asked of its own accord, and the hub's reference of it (M10)."""

    KEPT = Aggregate.KEPT | {"agency": "a code", "came_at": "a time"}

    agency: AgencyId = AgencyId("")
    number: str = ""
    said_hash: str = ""
    came_at: datetime | None = None
    reference: str | None = None

    def take(self, number: str, said_hash: str, at: datetime) -> bool:
        """Take it in once; False where it came before. Raises `SaidOtherwiseError`."""
        if self.came_at is not None:
            if said_hash != self.said_hash:
                raise SaidOtherwiseError("This number says something else than it said before.")
            return False
        self.number, self.said_hash, self.came_at = number, said_hash, at
        return True


def check_envelope(basis: LawfulBasis) -> None:
    """Raise `EnvelopeDeniedError` unless the request may be handed to the agency (D12)."""
    overridden = basis.consent_status is ConsentStatus.OVERRIDDEN
    if overridden and not basis.override_rationale_recorded:
        raise EnvelopeDeniedError("Consent was overridden without a rationale on record.")


def _check_quality(answer: Answer) -> None:
    informs = answer.state == "information"
    if answer.facts and not informs:
        raise FactsOutOfPlaceError("Facts come with the state `information` and with no other.")
    if informs and not (answer.facts and answer.analysis):
        raise NoAnalysisError("Information needs facts, their relevance and an analysis.")
    if answer.state == "declined" and not answer.declined_reason:
        raise NoReasonError("A declined request needs a reason.")
