import socket
from pathlib import Path

import pytest

from mash_local import ports


def test_ports_are_distinct_and_never_given_twice() -> None:
    first, second = ports.free_ports(5), ports.free_ports(5)
    assert len({*first, *second}) == 10


def test_ports_lie_outside_the_ephemeral_range(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = tmp_path / "ip_local_port_range"
    kernel.write_text("20000\t60999\n")
    monkeypatch.setattr(ports, "_EPHEMERAL", kernel)
    assert all(port < 20000 for port in ports.free_ports(20))


def test_a_port_in_use_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken, socket.socket() as free:
        for one in (taken, free):
            one.bind(("127.0.0.1", 0))
        taken.listen()
        used, unused = taken.getsockname()[1], free.getsockname()[1]
        free.close()
        monkeypatch.setattr(ports, "_candidates", lambda: [used, unused])
        assert ports.free_ports(1) == [unused]
