"""A broker that is there and not yet ready is waited for, as one that is not there."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from aiokafka.errors import KafkaConnectionError
from structlog.testing import capture_logs

from mash_shared.plumbing import topics
from mash_shared.plumbing.outages import Outages
from mash_shared.plumbing.topics import TopicsDifferError, assert_broker
from support.virtual_time import timeless

TOPICS = ("a.v1", "b.v1")


class Admin:
    """Answers as a broker does that comes up: away, fenced for a while, then in service."""

    answers: ClassVar[list[Any]] = []
    settings: ClassVar[dict[str, str]] = {}
    open: ClassVar[int] = 0

    def __init__(self, **_: str) -> None:
        self.now = Admin.answers.pop(0) if len(Admin.answers) > 1 else Admin.answers[0]
        Admin.open += 1

    async def start(self) -> None:
        """Find the broker, or not."""
        if self.now is None:
            raise KafkaConnectionError

    async def list_topics(self) -> Sequence[str]:
        """Name topics."""
        return TOPICS

    async def describe_cluster(self) -> Mapping[str, Any]:
        """Name the brokers that are in service."""
        return {"brokers": [{"node_id": node} for node in self.now]}

    async def describe_configs(self, _: Iterable[Any]) -> Sequence[Any]:
        """Give the broker's settings."""
        return [SimpleNamespace(resources=[(0, "", 4, "1", list(Admin.settings.items()))])]

    async def close(self) -> None:
        """Let it go."""
        Admin.open -= 1


@pytest.fixture
def admin(monkeypatch: pytest.MonkeyPatch) -> type[Admin]:
    async def let_in(_: str) -> None: ...

    monkeypatch.setattr(topics, "knock", let_in)
    monkeypatch.setattr(topics, "AIOKafkaAdminClient", Admin)
    Admin.settings, Admin.open = {}, 0
    return Admin


@timeless
async def test_a_start_waits_until_a_broker_is_in_service(admin: type[Admin]) -> None:
    """Of 20 starts over a fenced broker five ended with an `IndexError` (fault KI4)."""
    admin.answers = [None, [], [], [], [1]]
    with capture_logs() as lines:
        await Outages().outlast("start", partial(assert_broker, "open://broker:9092", TOPICS))
    assert asyncio.get_running_loop().time() == pytest.approx(0.2 + 0.4 + 0.8 + 1.6)
    assert [line["event"] for line in lines] == ["outage", "outage_over"]
    assert lines[1]["count"] == 4
    assert admin.open == 0, "a connection was left open"


@timeless
async def test_a_start_over_a_broker_that_makes_topics_is_refused_for_good(
    admin: type[Admin],
) -> None:
    admin.answers, admin.settings = [[], [1]], {"auto.create.topics.enable": "true"}
    with pytest.raises(TopicsDifferError, match=r"auto\.create\.topics\.enable must be false"):
        await Outages().outlast("start", partial(assert_broker, "open://broker:9092", TOPICS))
