"""What intake does with people's acts, with news of its contacts and cases, and with its clocks."""

from dataclasses import dataclass

from intake.handlers.alleging import AllegingHandlers
from intake.handlers.completing import CompletingHandlers
from intake.handlers.consenting import ConsentingHandlers
from intake.handlers.gating import GatingHandlers
from intake.handlers.hearing import HearingHandlers
from intake.handlers.knowing import KnowingHandlers
from intake.handlers.recording import RecordingHandlers
from intake.handlers.sending import SendingHandlers
from intake.handlers.working import WorkingHandlers

__all__ = ["IntakeHandlers"]


@dataclass(frozen=True, slots=True)
class IntakeHandlers(
    RecordingHandlers,
    AllegingHandlers,
    CompletingHandlers,
    ConsentingHandlers,
    KnowingHandlers,
    SendingHandlers,
    GatingHandlers,
    WorkingHandlers,
    HearingHandlers,
):
    """Every handler of intake."""
