"""Notices as letters, and who takes them: fixed templates, three facts, no free text (S3, K2)."""

from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, Protocol

from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from mash_shared.policy import Pack
from mash_shared.policy.telling import TellWhat
from notify.domain import Notice
from notify.telling import DECIDED

_environment = SandboxedEnvironment(
    loader=PackageLoader("notify", "templates"),
    undefined=StrictUndefined,
    autoescape=False,
    keep_trailing_newline=True,
)
WAYS = {
    "signposted": "Information, advice or signposting",
    "joined": "Taken on by the hub, which is looking into it",
    "rerouted": "Passed to the team that is responsible",
}
TEMPLATES = {TellWhat.OUTCOME: "outcome.txt", TellWhat.ACKNOWLEDGEMENT: "acknowledgement.txt"}


class UnfitAddressError(ValueError):
    """A letter's header would read as another address than the one we have, or as none."""


def message_id(notice: Notice, sender: str) -> str:
    """Give the Message-ID: the same for every attempt, so that a provider can be asked for it."""
    return f"{notice.notice_id}.outcome@{sender.rpartition('@')[2]}"


def letter(notice: Notice, pack: Pack, sender: str) -> EmailMessage:
    """Write the e-mail for one notice; raises KeyError where the policy tells them nothing."""
    assert notice.referrer is not None and notice.email is not None and notice.claimed_at  # noqa: PT018, S101
    tells = pack.notices.referrers[notice.referrer.kind].told
    text = _environment.get_template(TEMPLATES[tells]).render(
        reference=notice.reference,
        council=pack.council.name,
        front_door=pack.council.front_door,
        **({"outcomes": _outcomes(notice, pack)} if tells is TellWhat.OUTCOME else {}),
    )
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = notice.email
    if [one.addr_spec for one in mail["To"].addresses] != [notice.email]:
        raise UnfitAddressError
    # nobody's absence is to be told to the hub (RFC 3834)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["Subject"] = f"Your contact {notice.reference}"
    mail["Message-ID"] = f"<{message_id(notice, sender)}>"
    mail["Date"] = format_datetime(notice.claimed_at)
    mail.set_content(text)
    return mail


def _outcomes(notice: Notice, pack: Pack) -> list[str]:
    """Say what became of the children: what was decided, and where others went instead.

    Of a child who is no longer the contact's nothing is said, and nothing is said twice.
    """
    news = notice.about or notice.to_tell() or {"": notice.ended_as or ""}
    return sorted(
        {
            _name(notice, child, pack) if what == DECIDED else _way(what, pack)
            for child, what in news.items()
        }
    )


def _way(ended_as: str, pack: Pack) -> str:
    """Give the council's own words for where a child went instead of to a decision."""
    return pack.routing.routes.get(ended_as) or WAYS.get(ended_as, "Dealt with in another way")


def _name(notice: Notice, child_id: str, pack: Pack) -> str:
    """Give the council's own name of an outcome, or plain words where it cannot be told which."""
    code, kind = notice.outcome_codes.get(child_id), notice.outcomes[child_id]
    if code in pack.outcomes:
        return pack.outcomes[code].name
    names = [outcome.name for outcome in pack.outcomes.values() if outcome.kind is kind]
    return names[0] if len(names) == 1 else kind.replace("_", " ")


class NotAcceptedError(Exception):
    """The provider did not say yes.

    `certain` when it surely does not have the message; `final` when it never will take it.
    """

    def __init__(self, reason: str, *, certain: bool, final: bool = False) -> None:
        super().__init__(reason)
        self.certain = certain
        self.final = final


class Post(Protocol):
    """A provider of mail; takes several messages side by side."""

    async def send(self, mail: Any, *, to: str, until: float) -> None:
        """Hand over one message for one address; raises `NotAcceptedError`.

        Nothing may leave after `until`, a moment of the event loop's clock.
        """

    async def has(self, message_id: str) -> bool | None:
        """Say whether the provider took this message before; None where it cannot be asked."""
