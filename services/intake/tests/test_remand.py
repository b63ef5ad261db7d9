"""A child on remand is visited first."""

import pytest

from intake.domain.refusals import WorkOutstandingError
from intake.forms.deciding import CompleteTask, SendForDecision
from mash_shared.testing import acted
from support.front_door import HANDLERS, MANAGER, SOCIAL_WORKER, recorded


@pytest.mark.rule("N12")
def test_a_child_on_remand_is_visited_before_it_is_decided_on() -> None:
    desk = recorded(circumstances={"remand": {}})
    enough = acted(HANDLERS.send_for_decision, SendForDecision(reason="Clear."), MANAGER)
    with pytest.raises(WorkOutstandingError, match="visited before a decision"):
        desk.do(enough)
    visit = CompleteTask(task_id="circumstance.remand_visit", note="Seen on Tuesday.")
    desk.do(acted(HANDLERS.complete_task, visit, SOCIAL_WORKER))
    desk.do(enough)
    assert desk.aggregate.sent_for_decision is not None
