"""What intake does with people's acts, with news of its contacts and cases, and with its clocks."""

from dataclasses import dataclass

from intake.handlers.alleged import AllegedHandlers
from intake.handlers.allocation import AllocationHandlers
from intake.handlers.children import ChildHandlers
from intake.handlers.consent import ConsentHandlers
from intake.handlers.correction import CorrectionHandlers
from intake.handlers.ending import EndingHandlers
from intake.handlers.gate import GateHandlers
from intake.handlers.glass import GlassHandlers
from intake.handlers.hours import HoursHandlers
from intake.handlers.joining import JoiningHandlers
from intake.handlers.known import KnownHandlers
from intake.handlers.match import MatchHandlers
from intake.handlers.outcome import OutcomeHandlers
from intake.handlers.partners import PartnerHandlers
from intake.handlers.request import RequestHandlers
from intake.handlers.retention import RetentionHandlers
from intake.handlers.staff import StaffHandlers
from intake.handlers.task import TaskHandlers

__all__ = ["IntakeHandlers"]


@dataclass(frozen=True, slots=True)
class IntakeHandlers(
    RequestHandlers,
    PartnerHandlers,
    AllegedHandlers,
    AllocationHandlers,
    CorrectionHandlers,
    JoiningHandlers,
    ConsentHandlers,
    MatchHandlers,
    StaffHandlers,
    EndingHandlers,
    KnownHandlers,
    ChildHandlers,
    GateHandlers,
    GlassHandlers,
    HoursHandlers,
    TaskHandlers,
    RetentionHandlers,
    OutcomeHandlers,
):
    """Every handler of intake."""
