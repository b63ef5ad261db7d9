"""A mail catcher: keeps every message it is sent and answers a small part of Mailpit's API."""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any, Final

from aiosmtpd.smtp import SMTP, Envelope, Session
from catcher_api import serve_api
from catcher_mailbox import Mailbox

REFUSED: Final = "451 4.3.0 Not now, try again later"
HANG_SECONDS: Final = 5.0


class Catcher:
    """The hooks of the SMTP server; two files switch its faults on while they exist."""

    def __init__(self, mailbox: Mailbox, refuse_file: Path | None, hang_file: Path | None) -> None:
        self._mailbox, self._refuse_file, self._hang_file = mailbox, refuse_file, hang_file

    async def handle_MAIL(  # noqa: N802  # aiosmtpd finds the hook by this name
        self, _: SMTP, __: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the sender, or refuse for now."""
        if self._refuse_file and self._refuse_file.exists():
            return REFUSED
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, _: SMTP, __: Session, envelope: Envelope
    ) -> str:
        """Keep the message first; the answer may be made to wait, so that a sender can die."""
        content = envelope.content or b""
        kept = self._mailbox.keep(content if isinstance(content, bytes) else content.encode())
        say("message_kept", id=kept.id)
        await asyncio.sleep(self._hang_seconds())
        return f"250 2.0.0 Ok: queued as {kept.id}"

    def _hang_seconds(self) -> float:
        if not self._hang_file or not self._hang_file.exists():
            return 0.0
        with suppress(ValueError, FileNotFoundError):
            return float(self._hang_file.read_text())
        return HANG_SECONDS


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until SIGTERM."""
    options = read_options(arguments)
    try:
        asyncio.run(serve(options))
    finally:
        if options.ready_file:
            options.ready_file.unlink(missing_ok=True)
    return 0


def read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", required=True, type=Path, help="one .eml file per message")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--smtp-port", type=int, default=1025, help="0 takes a free one")
    parser.add_argument("--http-port", type=int, default=8025, help="0 takes a free one")
    parser.add_argument("--ready-file", type=Path, help="made once both ports listen")
    parser.add_argument("--refuse-file", type=Path, help="while it exists, SMTP answers 451")
    parser.add_argument(
        "--hang-file", type=Path, help="while it exists, 250 waits for the seconds it holds (or 5)"
    )
    return parser.parse_args(arguments)


async def serve(options: argparse.Namespace) -> None:
    """Listen on both ports until the process is told to stop."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    mailbox = Mailbox(options.folder)
    catcher = Catcher(mailbox, options.refuse_file, options.hang_file)

    def new_session() -> SMTP:
        return SMTP(catcher, hostname="mail-catcher", enable_SMTPUTF8=True, loop=loop)

    async with AsyncExitStack() as stack:
        smtp = await loop.create_server(new_session, options.host, options.smtp_port)
        stack.callback(smtp.close)
        http_port = stack.enter_context(serve_api(mailbox, options.host, options.http_port))
        if options.ready_file:
            options.ready_file.touch()
        smtp_port = smtp.sockets[0].getsockname()[1]
        say("ready", smtp_port=smtp_port, http_port=http_port, messages_known=len(mailbox))
        await stop.wait()
    say("stopped")


def say(event: str, **fields: Any) -> None:
    """Write one JSON line to stdout: event names and ids, no address and no subject."""
    print(json.dumps({"event": event, **fields}), flush=True)


if __name__ == "__main__":
    sys.exit(main())
