"""What people see of a contact, wherever in the hub it stands: they act on that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulation.hub import Hub

_Shown = dict[str, list[Any]]


@dataclass
class Seen:
    """Reads the documents of a hub, each of them anew only once it has changed."""

    hub: Hub
    _read: dict[tuple[str, str], tuple[Any, _Shown]] = field(default_factory=dict)

    def about(self, contact: str) -> Mapping[str, Sequence[Any]]:
        """Give what the documents about a contact show, by the names under which they show it."""
        found: _Shown = {}
        for process, kept in self.hub.collections.items():
            for id_, raw in kept.raws.items():
                if raw["state"].get("contact_id") == contact:
                    for name, values in self._shown(process, id_, raw).items():
                        found.setdefault(name, []).extend(values)
        return found

    def _shown(self, process: str, id_: str, raw: dict[str, Any]) -> _Shown:
        known = self._read.get((process, id_))
        if known is None or known[0] is not raw:
            shows: _Shown = {}
            _gather(raw["state"], shows)
            known = self._read[process, id_] = raw, shows
        return known[1]


def _gather(value: Any, found: _Shown, name: str = "") -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _gather(inner, found, str(key))
    elif isinstance(value, list):
        for inner in value:
            _gather(inner, found, name)
    elif isinstance(value, str) and value:
        found.setdefault(name, []).append(value)
