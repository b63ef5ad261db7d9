"""The part of Mailpit's HTTP API that the hub and its tests use."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from catcher_mailbox import Mail, Mailbox, UnknownTermError

DEFAULT_LIMIT: Final = 50


class BadRequestError(Exception):
    """The caller's query cannot be answered; says why."""


class ApiHandler(BaseHTTPRequestHandler):
    """Answers one connection; `mailbox` is set by `serve_api`."""

    protocol_version = "HTTP/1.1"
    mailbox: Mailbox

    def do_GET(self) -> None:  # the name http.server looks for
        """Answer a search, the list or the readiness question; anything else is 404."""
        url = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        try:
            if url.path == "/api/v1/search":
                self._say_json(page(self.mailbox, search(self.mailbox, query), query))
            elif url.path == "/api/v1/messages":
                self._say_json(page(self.mailbox, self.mailbox.newest_first(), query))
            elif url.path == "/api/v1/info":
                self._say_json({"Messages": len(self.mailbox), "Unread": len(self.mailbox)})
            elif url.path == "/readyz":
                self._say(HTTPStatus.OK, "text/plain", b"ok")
            else:
                self._say(HTTPStatus.NOT_FOUND, "text/plain", b"Not found")
        except (BadRequestError, UnknownTermError) as error:
            self._say(HTTPStatus.BAD_REQUEST, "text/plain", str(error).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # their name
        """Say nothing: a query may hold an address."""

    def _say_json(self, document: dict[str, Any]) -> None:
        self._say(HTTPStatus.OK, "application/json", json.dumps(document).encode())

    def _say(self, status: HTTPStatus, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def search(mailbox: Mailbox, query: dict[str, str]) -> list[Mail]:
    """Search as the query asks. Raises `BadRequestError` where there is none."""
    words = query.get("query", "").strip()
    if not words:
        raise BadRequestError("Error: no search query")
    return mailbox.search(words)


def page(mailbox: Mailbox, found: list[Mail], query: dict[str, str]) -> dict[str, Any]:
    """Give one page of what was found, in the shape of Mailpit's `MessagesSummary`."""
    start, limit = _whole(query, "start", 0), _whole(query, "limit", DEFAULT_LIMIT)
    messages = [mail.summary for mail in found[start : start + limit]]
    return {
        "total": len(mailbox),
        "unread": len(mailbox),
        "count": len(messages),
        "messages_count": len(found),
        "messages_unread": len(found),
        "start": start,
        "tags": [],
        "messages": messages,
    }


def _whole(query: dict[str, str], name: str, default: int) -> int:
    value = query.get(name, str(default))
    if not value.isdecimal():
        raise BadRequestError(f"Error: {name} is no whole number")
    return int(value)


@contextmanager
def serve_api(mailbox: Mailbox, host: str, port: int) -> Iterator[int]:
    """Serve in threads beside the event loop, and give the port that was taken."""
    handler = type("BoundApiHandler", (ApiHandler,), {"mailbox": mailbox})
    with ThreadingHTTPServer((host, port), handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()
