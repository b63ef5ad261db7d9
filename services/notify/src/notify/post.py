"""Mail over SMTP, and the question whether a message went out before."""

import asyncio
import json
import re
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from urllib.parse import quote
from urllib.request import urlopen

import aiosmtplib

from mash_shared.plumbing.metrics import OUTAGE
from notify.letters import NotAcceptedError

ANSWER_WITHIN = 10.0

_ENHANCED = re.compile(r"^\s*(\d\.\d{1,3}\.\d{1,3})\b")
_NO_SUCH_ADDRESS = re.compile(r"^5\.1\.(0|1|2|3|4|6|10)$")
"""Enhanced codes that speak of the addressee (RFC 3463, 7505); 5.1.7 and 5.1.8 are the sender's."""
_MAILBOX_CODES = (550, 551, 553)
_OF_A_MAILBOX = re.compile(r"\b(mailbox|user|recipient|addressee)\b|no such|unknown", re.IGNORECASE)
_OF_US = re.compile(r"relay|auth|block|spam|polic|denied|sender|client|list", re.IGNORECASE)


def speaks_of_the_address(error: Exception) -> bool:
    """Whether a refusal says for good that there is no such addressee.

    All else, signing in and relaying included, is the provider's trouble and passes.
    """
    if not isinstance(error, aiosmtplib.SMTPRecipientRefused):
        return False
    if enhanced := _ENHANCED.match(error.message):
        return bool(_NO_SUCH_ADDRESS.match(enhanced[1]))
    of_us = _OF_US.search(error.message.replace(error.recipient, ""))
    of_a_mailbox = _OF_A_MAILBOX.search(error.message)
    return error.code in _MAILBOX_CODES and bool(of_a_mailbox) and not of_us


class SmtpPost:
    """SMTP connections, kept open between letters; the search is Mailpit's (`/api/v1/search`)."""

    def __init__(self, host: str, port: int, lookup_url: str) -> None:
        self._host, self._port = host, port
        self._idle: list[aiosmtplib.SMTP] = []
        self._lookup_url = lookup_url.rstrip("/")

    async def send(self, mail: EmailMessage, *, to: str, until: float) -> None:
        """Hand over one message; raises `NotAcceptedError`.

        The addressee is passed by itself, never read from the letter. Until the text is handed
        over it is certain that nothing went out; after that a refusal is, silence is not.
        """
        smtp = self._idle.pop() if self._idle else aiosmtplib.SMTP(timeout=None)
        certain, in_order = True, False
        try:
            async with asyncio.timeout_at(until):
                await self._introduce(smtp, mail, to)
            _still_before(until)
            certain = False
            async with asyncio.timeout_at(until):
                await smtp.data(mail.as_bytes(policy=SMTP))
            in_order = True
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            answered = isinstance(error, aiosmtplib.SMTPResponseException)
            final = speaks_of_the_address(error)
            OUTAGE.labels("mail").set(not final)
            raise NotAcceptedError(
                type(error).__name__, certain=certain or answered, final=final
            ) from error
        finally:
            if in_order:
                OUTAGE.labels("mail").set(0)
                self._idle.append(smtp)
            else:
                smtp.close()

    async def _introduce(self, smtp: aiosmtplib.SMTP, mail: EmailMessage, to: str) -> None:
        if not smtp.is_connected:
            await smtp.connect(hostname=self._host, port=self._port)
        await smtp.mail(parseaddr(mail["From"])[1])
        await smtp.rcpt(to)

    async def has(self, message_id: str) -> bool | None:
        """Ask for a Message-ID; None where there is nobody to ask or no answer."""
        if not self._lookup_url:
            return None
        query = quote(f"message-id:{message_id}")
        try:
            found = await asyncio.to_thread(self._search, f"/api/v1/search?query={query}")
        except (OSError, ValueError, KeyError):
            return None
        return message_id in found

    def _search(self, path: str) -> list[str]:
        address = f"{self._lookup_url}{path}"
        with urlopen(address, timeout=ANSWER_WITHIN) as answer:  # noqa: S310 - from settings
            return [message["MessageID"] for message in json.load(answer)["messages"]]


def _still_before(until: float) -> None:
    """Let no text leave late, though a process was stopped and its timers have not run yet."""
    if asyncio.get_running_loop().time() >= until:
        raise TimeoutError
