"""What intake does with people's acts, with news of its contacts and cases, and with its clocks."""

from dataclasses import dataclass

from intake.handlers.alleged import AllegedHandlers
from intake.handlers.consent import ConsentHandlers
from intake.handlers.contact import ContactHandlers
from intake.handlers.correction import CorrectionHandlers
from intake.handlers.ending import EndingHandlers
from intake.handlers.gate import GateHandlers
from intake.handlers.hours import HoursHandlers
from intake.handlers.joining import JoiningHandlers
from intake.handlers.match import MatchHandlers
from intake.handlers.outcome import OutcomeHandlers
from intake.handlers.task import TaskHandlers

__all__ = ["IntakeHandlers"]


@dataclass(frozen=True, slots=True)
class IntakeHandlers(
    ContactHandlers,
    AllegedHandlers,
    CorrectionHandlers,
    JoiningHandlers,
    ConsentHandlers,
    MatchHandlers,
    EndingHandlers,
    GateHandlers,
    HoursHandlers,
    TaskHandlers,
    OutcomeHandlers,
):
    """Every handler of intake."""
