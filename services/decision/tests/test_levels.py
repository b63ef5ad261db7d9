"""A council with more levels of risk than two: what is promised follows each of them (X11, O14)."""

from datetime import timedelta

import pytest

from decision.domain import Decision
from decision.forms import JudgementForm
from decision.handlers import DecisionHandlers
from mash_shared.messages.contact import ContactReadyForDecision, ContactWorkOutstanding
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.testing import Desk, acted, heard, person, sample
from mash_shared.vocabulary import ClockState, Role
from support.councils import DECIDES_AT_NIGHT, THREE_LEVELS, all_packs

HANDLERS = DecisionHandlers(all_packs())
LOW = {"council": THREE_LEVELS, "urgency": "emerging", "lane": "amber"}
READY = sample(ContactReadyForDecision, **LOW)
NOTHING = JudgementForm(outcome="no_further_action", rationale="Nothing points to harm.")


def _opened(ready: ContactReadyForDecision = READY) -> Desk[Decision]:
    desk = Desk(Decision, ready.child_ids[0], "decision")
    desk.do(heard(HANDLERS.open_without_enquiry, ready))
    return desk


@pytest.mark.rule("X11", "J9")
def test_the_third_level_has_its_own_time_and_its_decision_says_level_and_lane() -> None:
    desk = _opened()
    assert [clock.lasts for clock in desk.aggregate.clocks] == ["5 working days"]
    (said,) = desk.do(
        acted(HANDLERS.decide, NOTHING, person(Role.SOCIAL_WORKER, council=THREE_LEVELS))
    )
    assert isinstance(said, DecisionRecorded)
    assert (said.urgency, said.lane) == ("emerging", "amber")
    assert said.topic_name == "decision.recorded.v1"


@pytest.mark.rule("X11", "O14")
def test_a_step_between_levels_of_one_lane_makes_the_promise_anew() -> None:
    desk = _opened()
    raised = LOW | {"urgency": "serious", "received_at": READY.received_at, "edition": 9}
    desk.do(heard(HANDLERS.note_work_outstanding, sample(ContactWorkOutstanding, **raised)))
    assert [(clock.lasts, clock.state) for clock in desk.aggregate.clocks] == [
        ("5 working days", ClockState.CANCELLED),
        ("2 working days", ClockState.OPEN),
    ]


@pytest.mark.rule("O9", "O15")
def test_a_duty_team_decides_at_night_where_its_council_is_one_that_lets_it() -> None:
    desk = _opened(sample(ContactReadyForDecision, council=DECIDES_AT_NIGHT))
    duty = person(Role.OUT_OF_HOURS_DUTY_SOCIAL_WORKER, council=DECIDES_AT_NIGHT)
    night = READY.occurred_at + timedelta(hours=14)
    desk.do(acted(HANDLERS.recommend, NOTHING, duty, night))
    desk.do(acted(HANDLERS.decide, NOTHING, duty, night))
    assert desk.aggregate.decision is not None
