"""Mail over SMTP, and the question whether a message went out before."""

import asyncio
import json
from email.message import EmailMessage
from urllib.parse import quote
from urllib.request import urlopen

import aiosmtplib

from notify.courier import NotAcceptedError

ANSWER_WITHIN = 10.0


NEVER = 500
"""SMTP codes from here on are refusals for good."""


def _codes(error: Exception) -> list[int]:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return [one.code for one in error.recipients]
    return [error.code] if isinstance(error, aiosmtplib.SMTPResponseException) else []


class SmtpPost:
    """One SMTP connection, kept open; the search is Mailpit's (`/api/v1/search`)."""

    def __init__(self, host: str, port: int, lookup_url: str) -> None:
        self._smtp = aiosmtplib.SMTP(hostname=host, port=port, timeout=ANSWER_WITHIN)
        self._lookup_url = lookup_url.rstrip("/")

    async def send(self, mail: EmailMessage) -> None:
        """Hand over one message; raises `NotAcceptedError`.

        A refusal is certain; an answer that never came is not, for the message may be there.
        """
        try:
            if not self._smtp.is_connected:
                await self._smtp.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            self._smtp.close()
            raise NotAcceptedError(type(error).__name__, certain=True) from error
        try:
            await self._smtp.send_message(mail)
        except (aiosmtplib.SMTPException, OSError) as error:
            self._smtp.close()
            codes = _codes(error)
            raise NotAcceptedError(
                type(error).__name__,
                certain=bool(codes),
                final=bool(codes) and min(codes) >= NEVER,
            ) from error

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
