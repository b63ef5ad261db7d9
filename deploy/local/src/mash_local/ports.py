"""Free ports that no outgoing connection can take in the meantime."""

import random
import socket
import threading
from contextlib import closing
from pathlib import Path

_WANTED = range(18000, 32000)
_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")
_random = random.SystemRandom()
_lock = threading.Lock()
_given: set[int] = set()


def free_ports(count: int) -> list[int]:
    """Return `count` different TCP ports of 127.0.0.1 that nothing listens on now.

    They lie outside the range that the system takes for outgoing connections, and are
    never given twice by this process. Another process may still take one before it is
    used, so whoever starts an engine tries again when the port is taken after all.
    """
    found: list[int] = []
    with _lock:
        for port in _random.sample(_candidates(), k=len(_candidates())):
            if len(found) == count:
                break
            if port not in _given and _can_bind(port):
                _given.add(port)
                found.append(port)
    if len(found) < count:
        raise RuntimeError("No free port is left on 127.0.0.1; stop another run first.")
    return found


def _candidates() -> range:
    low = int(_EPHEMERAL.read_text().split()[0]) if _EPHEMERAL.exists() else _WANTED.stop
    below = range(_WANTED.start, min(low, _WANTED.stop))
    return below if len(below) > 1000 else _WANTED  # noqa: PLR2004 - room for several runs


def _can_bind(port: int) -> bool:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
