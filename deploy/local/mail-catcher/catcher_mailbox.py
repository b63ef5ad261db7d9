"""The messages kept, as files in a folder, and Mailpit's search over their headers."""

import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from time import time_ns
from typing import Any, Final
from uuid import uuid4

SNIPPET_LENGTH: Final = 250
PUNCTUATION: Final = re.compile(r"[<>\",;()\s]+")


class UnknownTermError(Exception):
    """A search uses a term of Mailpit's grammar that is not offered here."""


@dataclass(frozen=True)
class Mail:
    """One message; what Mailpit's API says of it is read when somebody first asks."""

    path: Path
    content: bytes

    @property
    def id(self) -> str:
        """The id under which it is kept."""
        return self.path.stem.partition("-")[2]

    @cached_property
    def summary(self) -> dict[str, Any]:
        """The message as Mailpit's API sums it up."""
        return _summary(self)


class Mailbox:
    """Every message of a folder, oldest first; a file is written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._mails = [Mail(path, path.read_bytes()) for path in sorted(folder.glob("*.eml"))]

    def __len__(self) -> int:
        return len(self._mails)

    def keep(self, content: bytes) -> Mail:
        """Store a message under a new id."""
        path = self._folder / f"{time_ns():020}-{uuid4().hex}.eml"
        part = path.with_suffix(".part")
        part.write_bytes(content)
        part.rename(path)
        mail = Mail(path, content)
        self._mails.append(mail)
        return mail

    def newest_first(self) -> list[Mail]:
        """List everything kept."""
        return self._mails[::-1]

    def search(self, query: str) -> list[Mail]:
        """Find the messages that match every term, newest first.

        Offered: `message-id:`, `to:`, `from:`, `subject:`, each a part of the value without regard
        to case, quoted where it holds spaces, turned round by `-` or `!` before it. Raises
        `UnknownTermError` for anything else, where Mailpit would do more.
        """
        wanted = [_term(word) for word in _words(query)]
        return [mail for mail in self.newest_first() if all(term(mail) for term in wanted)]


FIELDS: Final[dict[str, Callable[[dict[str, Any]], str]]] = {
    "message-id": lambda summary: summary["MessageID"],
    "subject": lambda summary: summary["Subject"],
    "to": lambda summary: _spoken(summary["To"]),
    "from": lambda summary: _spoken([summary["From"]] if summary["From"] else []),
}


def _words(query: str) -> list[str]:
    lexer = shlex.shlex(query, posix=True)
    lexer.whitespace_split, lexer.commenters, lexer.quotes, lexer.escape = True, "", '"', ""
    try:
        return list(lexer)
    except ValueError:
        raise UnknownTermError("a quotation mark is not closed") from None


def _term(word: str) -> Callable[[Mail], bool]:
    excluded = word[:1] in {"-", "!"}
    name, colon, value = word[excluded:].partition(":")
    field = FIELDS.get(name.lower())
    if not colon or field is None:
        raise UnknownTermError(f"only these terms are offered: {', '.join(FIELDS)}")
    part = _plain(value)
    return lambda mail: (part in _plain(field(mail.summary))) != excluded


def _plain(text: str) -> str:
    return PUNCTUATION.sub(" ", text).strip().casefold()


def _spoken(addresses: Sequence[dict[str, str]]) -> str:
    return " ".join(f"{address['Name']} {address['Address']}" for address in addresses)


def _summary(mail: Mail) -> dict[str, Any]:
    received = int(mail.path.stem.partition("-")[0])
    message = message_from_bytes(mail.content, policy=policy.default)
    text = message.get_body(("plain", "html"))
    message_id = str(message.get("message-id", mail.id)).strip().strip("<>")
    sender = _addresses(message, "from")
    return {
        "ID": mail.id,
        "MessageID": message_id,
        "Read": False,
        "From": sender[0] if sender else None,
        "To": _addresses(message, "to"),
        "Cc": _addresses(message, "cc"),
        "Bcc": _addresses(message, "bcc"),
        "ReplyTo": _addresses(message, "reply-to"),
        "Subject": str(message.get("subject", "")),
        "Created": datetime.fromtimestamp(received / 1e9, UTC).isoformat(),
        "Username": "",
        "Tags": [],
        "Size": len(mail.content),
        "Attachments": sum(1 for _ in message.iter_attachments()),
        "Snippet": " ".join(text.get_content().split())[:SNIPPET_LENGTH] if text else "",
    }


def _addresses(message: EmailMessage, name: str) -> list[dict[str, str]]:
    return [
        {"Name": address.display_name, "Address": address.addr_spec}
        for header in message.get_all(name, [])
        for address in header.addresses
    ]
