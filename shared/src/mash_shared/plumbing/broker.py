"""Where the broker is, and who we are to it: one URL, as the database has one (security S4, S11).

    tls://intake@host:9092,other:9092?ca=/secrets/ca.pem&password=/secrets/intake.password
    tls://host:9092?ca=/secrets/ca.pem&certificate=/secrets/police.pem
    open://127.0.0.1:9092

The first signs in by SCRAM-SHA-512, the second by a client certificate (its file holds the key as
well). A broker that knows nobody has to be asked for by name, and production refuses it.
"""

import asyncio
import ssl
import struct
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl

from aiokafka.conn import create_conn
from aiokafka.errors import (
    AuthenticationFailedError,
    IllegalSaslStateError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)

from mash_shared.plumbing import parting

SCRAM = "SCRAM-SHA-512"
OPEN, CLOSED = "open", "tls"
_NOT_KNOWN = (
    AuthenticationFailedError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
    IllegalSaslStateError,
)
WITHIN_MS = 5000
"""Milliseconds that the broker may take to let us in."""
_WHAT_DO_YOU_SPEAK = struct.pack("!ihhih", 10, 18, 0, 0, -1)
"""Kafka's ApiVersions in its first version, of which every broker knows at least that it exists."""
_FILES = frozenset({"ca", "password", "certificate"})


class BrokerUrlError(ValueError):
    """The broker's URL cannot be used; the sentence says what is missing, and quotes no part."""


class BrokerUnavailableError(Exception):
    """The broker did not confirm in time; what was to be sent is still in its documents."""


class BrokerRefusesError(BrokerUnavailableError):
    """The broker is there and does not let us in: a wrong name, password or certificate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerUrl:
    """A broker's URL in its parts; `ca`, `password` and `certificate` are files."""

    servers: tuple[str, ...]
    is_open: bool = False
    user: str = ""
    ca: Path | None = None
    password: Path | None = None
    certificate: Path | None = None

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read a URL; raises `BrokerUrlError`."""
        scheme, found, rest = url.partition("://")
        if not found or scheme not in {OPEN, CLOSED}:
            raise BrokerUrlError(
                "The broker's address begins with tls://, or with open:// where it knows nobody."
            )
        place, _, query = rest.partition("?")
        user, _, hosts = place.rpartition("@")
        files, servers = dict(parse_qsl(query)), tuple(hosts.split(","))
        if not files.keys() <= _FILES or any(":" not in server for server in servers):
            raise BrokerUrlError(
                "The broker's address is tls://NAME@HOST:PORT?ca=FILE&password=FILE, or "
                "tls://HOST:PORT?ca=FILE&certificate=FILE."
            )
        given = {name: Path(file) for name, file in files.items()}
        one = cls(servers=servers, is_open=scheme == OPEN, user=user, **given)
        one._check()
        return one

    def _check(self) -> None:
        if self.is_open:
            if self.user or self.ca or self.password or self.certificate:
                raise BrokerUrlError("An open broker knows no names: open://HOST:PORT is all.")
            return
        if self.ca is None:
            raise BrokerUrlError("The broker's address names no ca: anybody could be it.")
        if bool(self.user) != bool(self.password) or bool(self.user) == bool(self.certificate):
            raise BrokerUrlError(
                "The broker's address gives a name with a password, or a certificate; not both."
            )

    def clients(self) -> dict[str, Any]:
        """Give what every client of aiokafka is made with; raises `BrokerUrlError`."""
        servers = list(self.servers)
        if self.is_open:
            return {"bootstrap_servers": servers}
        context = self._context()
        if self.password is None:
            secured = {"security_protocol": "SSL", "ssl_context": context}
            return {"bootstrap_servers": servers, **secured}
        return {
            "bootstrap_servers": servers,
            "security_protocol": "SASL_SSL",
            "ssl_context": context,
            "sasl_mechanism": SCRAM,
            "sasl_plain_username": self.user,
            "sasl_plain_password": Password.in_file(self.password),
        }

    def _context(self) -> ssl.SSLContext:
        files = [file for file in (self.ca, self.certificate) if file is not None]
        try:
            changed = tuple(file.stat().st_mtime_ns for file in files)
            return _context(*map(str, files), changed=changed)
        except (OSError, ssl.SSLError) as error:
            raise BrokerUrlError(
                f"The broker's ca or certificate cannot be read: {type(error).__name__}."
            ) from None


class Password(str):
    """A password that is what its file holds whenever somebody signs in with it (S19).

    A client of aiokafka keeps what it is made with for as long as it lives, and asks for its bytes
    each time it connects. Where the file is away just then it is what it was.
    """

    __slots__ = ("_file",)
    _file: Path

    @classmethod
    def in_file(cls, file: Path) -> Self:
        """Read a password; raises `BrokerUrlError`."""
        one = cls(_text(file))
        one._file = file
        return one

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        """Give the bytes of what the file holds now."""
        try:
            return _text(self._file).encode(encoding, errors)
        except BrokerUrlError:
            return super().encode(encoding, errors)


def clients(url: str) -> dict[str, Any]:
    """Give what every client of aiokafka is made with, for a broker's URL.

    Files are read anew each time, so that a client made later has what holds then; passwords also
    where a client connects again. Raises `BrokerUrlError`.
    """
    parting.install()
    return BrokerUrl.parse(url).clients()


async def knock(url: str) -> None:
    """See whether the broker is there and lets us in: to a client both look like a lost line.

    Raises `BrokerRefusesError`, or `BrokerUnavailableError` where nobody answers.
    """
    said, last = clients(url), ""
    said.setdefault("security_protocol", "PLAINTEXT")
    for server in said.pop("bootstrap_servers"):
        host, _, port = server.rpartition(":")
        try:
            if context := said.get("ssl_context"):
                await _greet(host, int(port), context)
            connection = await create_conn(host, int(port), request_timeout_ms=WITHIN_MS, **said)
        except _NOT_KNOWN as error:
            raise BrokerRefusesError(
                "The broker does not know this name, or its password is another."
            ) from error
        except ssl.SSLError as error:
            raise BrokerRefusesError(_of_tls(error)) from error
        except (KafkaError, OSError, TimeoutError) as error:
            last = type(error).__name__
        else:
            connection.close()
            return
    raise BrokerUnavailableError(last)


async def lets_in(url: str) -> bool:
    """Whether the broker does not refuse us; where it is away nobody can say that it does."""
    try:
        await knock(url)
    except BrokerRefusesError:
        return False
    except BrokerUnavailableError:
        return True
    return True


async def _greet(host: str, port: int, context: ssl.SSLContext) -> None:
    """Ask what the broker speaks: only its answer says that our certificate was taken."""
    async with asyncio.timeout(WITHIN_MS / 1000):
        reader, writer = await asyncio.open_connection(host, port, ssl=context)
        try:
            writer.write(_WHAT_DO_YOU_SPEAK)
            if not await reader.read(4):
                raise ConnectionResetError
        finally:
            writer.close()


def _of_tls(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return "The broker's certificate is not one of this ca, or not for this host, or has ended."
    return "The broker refuses our certificate: it has ended, or is not one of its ca."


@lru_cache(maxsize=8)
def _context(*files: str, changed: tuple[int, ...]) -> ssl.SSLContext:
    """Give a TLS context of a ca, and a certificate of our own; `changed` is when files were."""
    del changed
    context = ssl.create_default_context(cafile=files[0])
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if len(files) > 1:
        context.load_cert_chain(files[1])
    return context


def _text(file: Path) -> str:
    try:
        return file.read_text().strip()
    except OSError as error:
        raise BrokerUrlError(
            f"The broker's password cannot be read: {type(error).__name__}."
        ) from None
