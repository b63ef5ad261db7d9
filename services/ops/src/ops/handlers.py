"""What ops does with what it hears."""

from collections.abc import Iterator
from dataclasses import dataclass

from mash_shared.forgetting import Forgetting
from mash_shared.messages import Message
from mash_shared.messages.clock import ClockChanged
from ops.domain import Case, Heard


@dataclass(frozen=True, slots=True)
class OpsHandlers(Forgetting):
    """Keeps the clocks of every case."""

    def note_clocks(self, case: Case, changed: ClockChanged) -> Iterator[Message]:
        """Take in the clocks of one document."""
        case.belong_to(changed)
        news = Heard(
            service=changed.service,
            version=changed.document_version,
            clocks=list(changed.clocks),
        )
        case.hear(f"{changed.service}/{changed.document_id}", news)
        yield from ()
