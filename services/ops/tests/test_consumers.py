"""The subscription table: every service that starts clocks is heard."""

from pathlib import Path

from mash_shared.messages.clock import ClockChanged
from mash_shared.messages.erasure import ContactErased
from mash_shared.testing import ROOT
from mash_shared.vocabulary import Lane
from ops.consumers import SERVICES, subscriptions
from ops.handlers import OpsHandlers

TABLE = subscriptions(OpsHandlers())
STARTING = ("pack.clock(", "telling_clock(", "answering_clock(", "task_clock(", "dated_clock(")


def _starts_clocks(service: Path) -> bool:
    text = "".join(file.read_text() for file in service.glob("src/**/*.py"))
    return any(word in text for word in STARTING)


def test_ops_hears_every_service_that_starts_clocks() -> None:
    starting = {s.name for s in (ROOT / "services").iterdir() if _starts_clocks(s)}
    assert starting
    assert starting <= set(SERVICES)


def test_there_is_a_line_for_each_service_about_one_contact() -> None:
    assert {line.message for line in TABLE} == {ClockChanged, ContactErased}
    assert {line.document for line in TABLE} == {"contact_id"}
    clocks = (line for line in TABLE if line.message is ClockChanged)
    assert [line.topics(Lane.AMBER) for line in clocks] == [
        (f"clock.changed.{service}.v1",) for service in SERVICES
    ]


def test_clocks_have_no_red_lane() -> None:
    assert not any(line.topics(Lane.RED) for line in TABLE)
