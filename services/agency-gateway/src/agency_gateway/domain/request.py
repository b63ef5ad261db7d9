"""One request to one agency, and the ledger of what that agency disclosed in answer to it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from agency_gateway.domain.lacking import Lack, lacks
from mash_shared.answers import Answer
from mash_shared.clocks import Aggregate
from mash_shared.keeping import hash_of
from mash_shared.messages.agency_check import Asked
from mash_shared.people import LawfulBasis
from mash_shared.vocabulary import AgencyId, ConsentStatus, EnquiryId, Refusal, ReplyState

_AWAY = ReplyState.UNAVAILABLE


class EnvelopeDeniedError(Refusal):
    """The request lacks what makes it lawful; the gateway does not hand it on (invariant 1)."""


class NeverAskedError(Refusal):
    """A reply names a request that this agency never had (I5)."""


class TakenBackError(Refusal):
    """A reply came to a request that the hub had taken back; it is not passed on (D15)."""


class OtherRequestError(Refusal):
    """A reply repeats its request wrongly: it may belong to another case (I5)."""


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


MOST_RETURNED = 20
"""Replies to one request that are remembered as returned, the newest ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A reply that lacked something and was told so; of its words no more than the hash is kept."""

    reply_id: str
    reply_hash: str
    lack: Lack
    returned_at: datetime


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
    returned: list[Returned] = field(default_factory=list)

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

    def lack_of(self, answer: Answer) -> Lack | None:
        """Say why this very reply was returned, None where it was not."""
        said = hash_of(asdict(answer))
        return next((line.lack for line in self.returned if line.reply_hash == said), None)

    def disclose(
        self, answer: Answer, *, copied: Mapping[str, str], at: datetime
    ) -> Disclosure | Returned | None:
        """Check a reply and write the ledger; give its line, None where it is there already.

        `copied` is what it repeats of its request, and all of it must be as it was asked (I5). It
        is about the children of that form. One that lacks something has a line among those that
        were `returned`, and the agency still owes its answer (G1, G2).

        Raises a refusal where the reply must not be attached; it is then quarantined.
        """
        asked = self._form_of(copied)
        reply_hash = hash_of(asdict(answer))
        known = self.line_of(answer.reply_id)
        if known is not None and known.reply_hash == reply_hash:
            return None
        if lack := self._lack(answer, known, asked):
            return self._give_back(answer, lack, at)
        line = Disclosure(
            reply_id=answer.reply_id,
            reply_hash=reply_hash,
            state=ReplyState(answer.state),
            disclosed_at=at,
            to=self.asked_by,
            about=asked.child_ids,
            late=self.reply_by is not None and at > self.reply_by,
        )
        self.disclosures.append(line)
        return line

    def _form_of(self, copied: Mapping[str, str]) -> Form:
        """Give the form of the request that a reply answers, all of which it must repeat (I5)."""
        if self.asked_at is None:
            raise NeverAskedError("The reply names a request that this agency was never sent.")
        if self.taken_back_at is not None and not self.disclosures:
            raise TakenBackError("The request was taken back before it was answered.")
        quoted = copied.get("request_hash")
        asked = next((one for one in self.asked if one.request_hash == quoted), self.asked[-1])
        if wrong := [name for name, value in asked.copied.items() if copied.get(name) != value]:
            raise OtherRequestError(f"The reply and its request differ in {', '.join(wrong)}.")
        return asked

    def _lack(self, answer: Answer, known: Disclosure | None, asked: Form) -> Lack | None:
        if known is not None:
            return Lack("reply_changed", "/reply_id")
        away = answer.state == _AWAY
        if away and any(line.state is not _AWAY for line in self.disclosures):
            return Lack("answered_already", "/state")
        return next(lacks(answer, asked.child_ids), None)

    def _give_back(self, answer: Answer, lack: Lack, at: datetime) -> Returned | None:
        """Note that a reply is returned; None where it is noted already."""
        if self.lack_of(answer) == lack:
            return None
        reply_hash = hash_of(asdict(answer))
        line = Returned(reply_id=answer.reply_id, reply_hash=reply_hash, lack=lack, returned_at=at)
        self.returned = [*self.returned, line][-MOST_RETURNED:]
        return line


def check_envelope(basis: LawfulBasis) -> None:
    """Raise `EnvelopeDeniedError` unless the request may be handed to the agency (D12)."""
    overridden = basis.consent_status is ConsentStatus.OVERRIDDEN
    if overridden and not basis.override_rationale_recorded:
        raise EnvelopeDeniedError("Consent was overridden without a rationale on record.")
