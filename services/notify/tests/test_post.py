"""What is surely refused, what is not known, and the question whether it went out before."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage

import aiosmtplib
import pytest

from notify.letters import NotAcceptedError
from notify.post import SmtpPost, speaks_of_the_address

NOWHERE = ("127.0.0.1", 1)
TO = "a@street.example"


def _mail() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = "mash@hub.example", "=?utf-8?q?admin?=@other.example"
    mail.set_content("Hello")
    return mail


def _until(seconds: float = 20.0) -> float:
    return asyncio.get_running_loop().time() + seconds


@asynccontextmanager
async def _relay(
    answers: dict[str, str], heard: list[str], data_answer: str | None = "250 2.0.0 Ok"
) -> AsyncIterator[tuple[str, int]]:
    """Give a relay that answers as told; without an answer to the text it says nothing."""

    serving: list[asyncio.Task[None]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 relay.example\r\n")
        while line := (await reader.readline()).decode().strip():
            heard.append(line)
            verb = line[:4].upper()
            answer = answers.get(verb, "250 2.0.0 Ok")
            writer.write(f"{answer}\r\n".encode())
            if answer.startswith("354"):
                await reader.readuntil(b"\r\n.\r\n")
                heard.append("the text")
                if data_answer is not None:
                    writer.write(f"{data_answer}\r\n".encode())

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        serving.append(asyncio.create_task(serve(reader, writer)))

    writers: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(begin, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[:2]
    finally:
        server.close()
        for task, writer in zip(serving, writers, strict=True):
            task.cancel()
            writer.close()
        await asyncio.gather(*serving, return_exceptions=True)
        await asyncio.sleep(0)


TAKES_TEXT = {"DATA": "354 Go on"}


@pytest.mark.rule("I7")
async def test_the_addressee_is_passed_by_itself_and_connections_are_kept() -> None:
    heard: list[str] = []
    async with _relay(TAKES_TEXT, heard) as (host, port):
        post = SmtpPost(host, port, "")
        for _ in range(2):
            await post.send(_mail(), to=TO, until=_until())
    recipients = [line for line in heard if line.upper().startswith("RCPT")]
    assert recipients == [f"RCPT TO:<{TO}>"] * 2
    assert sum(line.startswith("EHLO") for line in heard) == 1


async def test_several_letters_go_out_side_by_side() -> None:
    heard: list[str] = []
    async with _relay(TAKES_TEXT, heard) as (host, port):
        post = SmtpPost(host, port, "")
        await asyncio.gather(*(post.send(_mail(), to=TO, until=_until()) for _ in range(4)))
    assert sum(line.startswith("EHLO") for line in heard) == 4


@pytest.mark.rule("I7")
@pytest.mark.parametrize(
    ("answers", "data_answer", "certain"),
    [
        ({"RCPT": "550 5.1.1 No such user"}, "", True),
        ({"MAIL": "530 5.7.0 Authentication required"}, "", True),
        ({"DATA": "451 4.3.0 Try later"}, "", True),
        (TAKES_TEXT, "554 5.6.0 Not this text", True),
        (TAKES_TEXT, None, False),
    ],
)
async def test_only_silence_after_the_text_leaves_a_doubt(
    answers: dict[str, str], data_answer: str | None, *, certain: bool
) -> None:
    async with _relay(answers, [], data_answer) as (host, port):
        with pytest.raises(NotAcceptedError) as caught:
            await SmtpPost(host, port, "").send(_mail(), to=TO, until=_until(0.5))
    assert caught.value.certain is certain


@pytest.mark.rule("I7")
async def test_no_text_leaves_when_it_is_too_late() -> None:
    heard: list[str] = []
    async with _relay(TAKES_TEXT, heard) as (host, port):
        with pytest.raises(NotAcceptedError) as caught:
            await SmtpPost(host, port, "").send(_mail(), to=TO, until=_until(-1))
    assert caught.value.certain
    assert "the text" not in heard


@pytest.mark.rule("I7")
async def test_no_text_leaves_after_a_process_was_stopped_whose_timers_have_not_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[str] = []
    rcpt = aiosmtplib.SMTP.rcpt

    async def then_stopped(smtp: aiosmtplib.SMTP, to: str) -> None:
        await rcpt(smtp, to)
        time.sleep(0.4)  # noqa: ASYNC251 - stands for SIGSTOP: the loop does not run

    monkeypatch.setattr(aiosmtplib.SMTP, "rcpt", then_stopped)
    async with _relay(TAKES_TEXT, heard) as (host, port):
        with pytest.raises(NotAcceptedError) as caught:
            await SmtpPost(host, port, "").send(_mail(), to=TO, until=_until(0.3))
    assert caught.value.certain
    assert "DATA" not in heard


def _recipient(code: int, text: str) -> Exception:
    return aiosmtplib.SMTPRecipientRefused(code, text, TO)


@pytest.mark.rule("K1")
@pytest.mark.parametrize(
    ("code", "text"),
    [
        (550, "5.1.1 <a@street.example>: Recipient address rejected: User unknown"),
        (553, "5.1.3 Bad recipient address syntax"),
        (556, "5.1.10 Recipient address has null MX"),
        (550, "No such user here"),
        (550, f"<{TO}>: mailbox unavailable"),
    ],
)
def test_a_refusal_of_the_addressee_is_for_good(code: int, text: str) -> None:
    assert speaks_of_the_address(_recipient(code, text))
    assert not speaks_of_the_address(aiosmtplib.SMTPDataError(code, text))
    assert not speaks_of_the_address(aiosmtplib.SMTPSenderRefused(code, text, "mash@hub.example"))


@pytest.mark.rule("K1")
@pytest.mark.parametrize(
    ("code", "text"),
    [
        (530, "5.7.0 Authentication required"),
        (554, "5.7.1 <a@street.example>: Relay access denied"),
        (550, "5.7.1 Unable to relay"),
        (550, "relaying denied for this recipient"),
        (550, "5.7.54 SMTP; Unable to relay recipient in non-accepted domain"),
        (550, "5.1.8 Sender address rejected: Domain not found"),
        (550, "Blocked, see https://list.example for this user"),
        (550, "Administrative prohibition"),
        (450, "4.2.0 Recipient address rejected: Greylisted"),
        (451, "4.1.1 mailbox busy"),
        (552, "5.2.2 Mailbox full"),
        (503, "5.5.1 user error"),
    ],
)
def test_a_relay_in_trouble_refuses_nobody_for_good(code: int, text: str) -> None:
    assert not speaks_of_the_address(_recipient(code, text))


async def test_a_provider_that_cannot_be_reached_surely_has_nothing() -> None:
    with pytest.raises(NotAcceptedError) as caught:
        await SmtpPost(*NOWHERE, "").send(_mail(), to=TO, until=_until())
    assert caught.value.certain


async def test_where_there_is_nobody_to_ask_nothing_is_known() -> None:
    assert await SmtpPost(*NOWHERE, "").has("c1.outcome@hub.example") is None


async def test_where_nobody_answers_nothing_is_known() -> None:
    assert await SmtpPost(*NOWHERE, "http://127.0.0.1:1/").has("c1.outcome@hub.example") is None
