"""The bundle of a subject access request: all pages of all services, and what is missing said."""

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from typer.testing import CliRunner

from mash_shared.subject_access import __main__ as command
from mash_shared.subject_access.gathering import Bundle, NotAskedError, Services

pytestmark = pytest.mark.rule("S9")
URLS = {"intake": "http://intake.example", "notify": "http://notify.example"}
WHO = {"nhs_number": "9990000018"}
CERTAIN = {"kind": "contact", "contact_id": "c1", "reference": "HAV-1", "certainty": "certain"}
CASE = {"kind": "case", "contact_id": None, "reference": "LCS 1/2", "certainty": "certain"}
ALIKE = {"kind": "contact", "contact_id": "c2", "reference": "HAV-2", "certainty": "possible"}
Answer = Callable[[httpx.Request], httpx.Response]


class Hub:
    """Two services: intake has two documents on two pages, notify has one line and no document."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.instead: dict[str, list[httpx.Response]] = {}

    def answer(self, request: httpx.Request) -> httpx.Response:
        where = f"{urlsplit(str(request.url)).hostname}".partition(".")[0]
        path = f"{where} {request.url.raw_path.decode()}"
        self.asked.append(path)
        if self.instead.get(path):
            return self.instead[path].pop(0)
        if request.method == "POST":
            assert json.loads(request.content) == WHO | {"reason_code": "subject_access_request"}
            return httpx.Response(200, json=[CERTAIN, CASE, ALIKE])
        said: dict[str, Any] = {
            "intake /contacts/c1/held": {"documents": [{"id": "c1"}], "next": "c1"},
            "intake /contacts/c1/held?after=c1": {"documents": [{"id": "c1-x"}], "next": None},
            "intake /contacts/c1/access": {"lines": [{"who": "a"}], "next": None},
            "intake /contacts/c2/held": {"documents": [{"id": "c2"}], "next": None},
            "intake /contacts/c2/access": {"lines": [], "next": None},
            "intake /cases/LCS%201%2F2/held": {"documents": [{"id": "case"}], "next": None},
            "notify /contacts/c1/access": {"lines": [{"who": "b"}], "next": None},
        }
        return httpx.Response(200, json=said[path]) if path in said else httpx.Response(404)

    def gathered(self, *also: str, slept: list[float] | None = None) -> dict[str, Any]:
        client = httpx.Client(transport=httpx.MockTransport(self.answer))
        sleep = (slept if slept is not None else []).append
        return Bundle(services=Services(client=client, urls=URLS, sleep=sleep)).gather(WHO, also)


def test_every_page_of_every_service_is_in_it_and_what_is_merely_alike_is_named() -> None:
    gathered = Hub().gathered()
    assert gathered["complete"]
    assert gathered["contacts"] == {
        "c1": {
            "intake": {"held": [{"id": "c1"}, {"id": "c1-x"}], "seen": [{"who": "a"}]},
            "notify": {"held": [], "seen": [{"who": "b"}]},
        }
    }
    assert gathered["cases"] == {"LCS 1/2": [{"id": "case"}]}
    assert {hit["reference"]: hit["taken"] for hit in gathered["found"]} == {
        "HAV-1": True, "LCS 1/2": True, "HAV-2": False,
    }  # fmt: skip


def test_a_contact_that_is_named_is_taken_besides() -> None:
    assert Hub().gathered("c2")["contacts"]["c2"]["intake"]["held"] == [{"id": "c2"}]


@pytest.mark.parametrize("status", [401, 403, 500, 503])
def test_a_service_that_does_not_answer_is_named_and_keeps_the_pages_before(status: int) -> None:
    hub = Hub()
    wrong = httpx.Response(status, json={"detail": "It is away."})
    hub.instead["intake /contacts/c1/held?after=c1"] = [wrong]
    gathered = hub.gathered()
    assert not gathered["complete"]
    (missed,) = gathered["not_asked"]
    assert (missed["service"], missed["path"]) == ("intake", "/contacts/c1/held")
    assert "It is away." in missed["why"]
    assert gathered["contacts"]["c1"]["intake"]["held"] == [{"id": "c1"}]


def test_an_id_that_nobody_knows_makes_it_incomplete() -> None:
    gathered = Hub().gathered("c-misspelt")
    assert not gathered["complete"]
    assert [one["why"] for one in gathered["not_asked"]] == ["Nothing is known under this id."]


def test_a_service_that_wants_to_be_left_alone_is_asked_again_after_that() -> None:
    hub, slept = Hub(), list[float]()
    again = httpx.Response(429, headers={"retry-after": "7"}, json={})
    hub.instead["notify /contacts/c1/access"] = [again, again]
    assert hub.gathered(slept=slept)["complete"]
    assert slept == [7.0, 7.0]


def test_nobody_is_looked_up_where_intake_does_not_answer() -> None:
    hub = Hub()
    hub.instead["intake /contacts/search"] = [httpx.Response(403, json={"detail": "Only they."})]
    with pytest.raises(NotAskedError, match="403: Only they"):
        hub.gathered()


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Run the command with files of its own, and a hub in place of the network."""
    hub = Hub()
    hub.instead["notify /contacts/c9/held"] = [httpx.Response(503, json={})]
    given = httpx.Client
    monkeypatch.setattr(
        command.httpx,
        "Client",
        lambda **how: given(transport=httpx.MockTransport(hub.answer), **how),
    )
    files = {"services": URLS, "person": WHO}
    for name, said in files.items():
        (tmp_path / name).write_text(json.dumps(said))
    (tmp_path / "token").write_text("a-token\n")

    def run(*more: str) -> Any:
        names = ("services", "token", "person", "out")
        options = [part for name in names for part in (f"--{name}", str(tmp_path / name))]
        return CliRunner().invoke(command.app, [*options, *more])

    return run


def test_the_bundle_is_its_owners_alone_and_written_over_nothing(
    told: Callable[..., Any], tmp_path: Path
) -> None:
    assert told().exit_code == 0
    out = tmp_path / "out"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    bundle = json.loads(out.read_text())
    assert (bundle["complete"], bundle["asked_for"]) == (True, WHO)
    again = told()
    assert (again.exit_code, "cannot be written" in again.output) == (2, True)
    assert json.loads(out.read_text()) == bundle


def test_what_is_missing_is_said_and_ends_it_with_one(
    told: Callable[..., Any], tmp_path: Path
) -> None:
    done = told("--also", "c9")
    assert (done.exit_code, "notify is missing." in done.output) == (1, True)
    assert not json.loads((tmp_path / "out").read_text())["complete"]


def test_a_file_that_is_none_is_named_and_nothing_in_it(
    told: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "person").write_text("Ada Example, born in 2016")
    done = told()
    assert (done.exit_code, "Ada" in done.output) == (2, False)
    assert "holds no JSON object" in done.output
