"""The catcher as a process of its own, spoken to over real sockets."""

import json
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from email.message import EmailMessage
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

PROGRAM = Path(__file__).parents[1] / "mail_catcher.py"


class RunningCatcher:
    """One process over a folder; `restart` gives it a new process and the same folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mails, self.ready = folder / "mails", folder / "ready"
        self.refuse, self.hang = folder / "refuse", folder / "hang"
        self.start()

    def start(self) -> None:
        command = [sys.executable, str(PROGRAM), "--smtp-port=0", "--http-port=0"]
        command += [f"--folder={self.mails}", f"--ready-file={self.ready}"]
        command += [f"--refuse-file={self.refuse}", f"--hang-file={self.hang}"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        said = json.loads(self.process.stdout.readline())
        assert said["event"] == "ready"
        assert self.ready.exists()
        self.smtp_port, self.http_port = said["smtp_port"], said["http_port"]

    def stop(self, number: signal.Signals = signal.SIGTERM) -> str:
        self.process.send_signal(number)
        log, _ = self.process.communicate(timeout=10)
        return log

    def send(self, message_id: str, *, subject: str = "Outcome", to: str = "Ash Fenn") -> None:
        mail = EmailMessage()
        mail["Message-ID"] = f"<{message_id}>"
        mail["From"] = "MASH <mash@council.example>"
        mail["To"] = f"{to} <{to.replace(' ', '.').lower()}@school.example>"
        mail["Subject"] = subject
        mail.set_content("The contact was read.\nThank you.")
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=10) as smtp:
            smtp.send_message(mail)

    def get(self, path: str, **query: str | int) -> tuple[int, Any]:
        connection = HTTPConnection("127.0.0.1", self.http_port, timeout=10)
        try:
            connection.request("GET", f"{path}?{urlencode(query)}")
            answer = connection.getresponse()
            text = answer.read().decode()
            is_json = answer.getheader("Content-Type") == "application/json"
            return answer.status, json.loads(text) if is_json else text
        finally:
            connection.close()

    def found(self, query: str) -> list[str]:
        status, answer = self.get("/api/v1/search", query=query)
        assert status == 200
        assert answer["messages_count"] == len(answer["messages"])
        return [message["MessageID"] for message in answer["messages"]]


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[RunningCatcher]:
    running = RunningCatcher(tmp_path)
    yield running
    if running.process.poll() is None:
        running.stop()


def test_a_message_is_kept_and_found_by_its_message_id(catcher: RunningCatcher) -> None:
    catcher.send("notice-1@mash.example", subject="Zgłoszenie 12")
    catcher.send("notice-2@mash.example")
    status, answer = catcher.get("/api/v1/search", query="message-id:notice-1@mash.example")
    assert status == 200
    assert (answer["total"], answer["messages_count"], answer["count"]) == (2, 1, 1)
    (message,) = answer["messages"]
    assert message["MessageID"] == "notice-1@mash.example"
    assert message["To"] == [{"Name": "Ash Fenn", "Address": "ash.fenn@school.example"}]
    assert message["From"]["Address"] == "mash@council.example"
    assert message["Subject"] == "Zgłoszenie 12"
    assert message["Snippet"] == "The contact was read. Thank you."
    assert message["ID"]
    assert message["Created"].endswith("+00:00")
    assert len(list(catcher.mails.glob("*.eml"))) == 2


def test_the_search_reads_mailpits_words(catcher: RunningCatcher) -> None:
    first, second = "notice-1@mash.example", "notice-2@mash.example"
    catcher.send(first)
    catcher.send(second, subject="A Second notice", to="Bay Rowe")
    assert catcher.found("message-id:<NOTICE-1@mash.example>") == [first]
    assert catcher.found('message-id:"notice-1@mash.example"') == [first]
    assert catcher.found("message-id:notice") == [second, first]
    assert catcher.found("message-id:notice -to:bay") == [first]
    assert catcher.found('subject:"second notice"') == [second]
    assert catcher.found("to:ash.fenn@school.example from:mash@") == [first]
    assert catcher.found("message-id:nobody") == []


def test_the_list_is_newest_first_and_paged(catcher: RunningCatcher) -> None:
    for number in range(3):
        catcher.send(f"notice-{number}@mash.example")
    _, answer = catcher.get("/api/v1/messages", start=1, limit=1)
    assert [message["MessageID"] for message in answer["messages"]] == ["notice-1@mash.example"]
    assert (answer["total"], answer["messages_count"], answer["count"]) == (3, 3, 1)


def test_every_question_has_its_status(catcher: RunningCatcher) -> None:
    assert catcher.get("/readyz")[0] == 200
    assert catcher.get("/api/v1/info")[0] == 200
    assert catcher.get("/elsewhere")[0] == 404
    assert catcher.get("/api/v1/search")[0] == 400
    assert catcher.get("/api/v1/search", query="has:attachment")[0] == 400
    assert catcher.get("/api/v1/search", query='to:"unclosed')[0] == 400
    assert catcher.get("/api/v1/messages", limit="many")[0] == 400


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_what_was_kept_is_there_after_a_restart(
    catcher: RunningCatcher, number: signal.Signals
) -> None:
    catcher.send("notice-1@mash.example")
    before = catcher.get("/api/v1/messages")
    catcher.stop(number)
    assert catcher.process.returncode == (0 if number is signal.SIGTERM else -number)
    assert catcher.ready.exists() == (number is signal.SIGKILL)
    catcher.start()
    assert catcher.get("/api/v1/messages") == before


def test_it_refuses_for_now_while_the_file_exists(catcher: RunningCatcher) -> None:
    catcher.refuse.touch()
    with pytest.raises(smtplib.SMTPSenderRefused) as refused:
        catcher.send("notice-1@mash.example")
    assert refused.value.smtp_code == 451
    assert catcher.found("message-id:notice-1@mash.example") == []
    catcher.refuse.unlink()
    catcher.send("notice-1@mash.example")
    assert catcher.found("message-id:notice-1@mash.example") == ["notice-1@mash.example"]


def test_a_hanging_answer_comes_after_the_message_is_kept(catcher: RunningCatcher) -> None:
    catcher.hang.write_text("0.5")
    started = time.monotonic()
    catcher.send("notice-1@mash.example")
    assert time.monotonic() - started >= 0.5
    assert catcher.found("message-id:notice-1@mash.example") == ["notice-1@mash.example"]


def test_the_message_stays_when_the_sender_dies_before_the_answer(catcher: RunningCatcher) -> None:
    catcher.hang.touch()
    smtp = smtplib.SMTP("127.0.0.1", catcher.smtp_port, timeout=0.5)
    smtp.ehlo()
    smtp.mail("mash@council.example")
    smtp.rcpt("ash.fenn@school.example")
    with pytest.raises(smtplib.SMTPServerDisconnected):
        smtp.data(b"Message-ID: <notice-1@mash.example>\r\n\r\nHello")
    smtp.close()
    assert catcher.found("message-id:notice-1@mash.example") == ["notice-1@mash.example"]


def test_the_log_names_no_person(catcher: RunningCatcher) -> None:
    catcher.send("notice-1@mash.example")
    catcher.found("to:ash.fenn@school.example")
    log = catcher.stop()
    assert "message_kept" in log
    assert "fenn" not in log.lower()
