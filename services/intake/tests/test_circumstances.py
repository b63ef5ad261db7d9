"""Special circumstances: the work that each brings, and what has to wait until it is done."""

from typing import Any

import pytest

from intake.api.parts import shown
from intake.domain.circumstances import ANSWERS, DONE_ON, Duty
from intake.domain.contact import Contact
from intake.domain.ending import Ended
from intake.domain.queue import Queue
from intake.domain.refusals import AlreadyDoneError, NotAChildConcernError, WorkOutstandingError
from intake.domain.task import CHOICES, AnswerMissingError, TaskKind, find
from intake.forms.contact import AmendContact
from intake.forms.ending import Reroute, Signpost
from intake.forms.task import CompleteTask, Placement
from mash_shared.testing import NOW, Desk, acted, packs
from mash_shared.vocabulary import NotEntitledError, NotInPolicyError
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, RECORDER, SOCIAL_WORKER, recorded

NOTE = Placement(note="It was agreed on the telephone.")
UNIT = {"home_authority": "Havering", "prison_authority": "Surrey"}
CARER: dict[str, Any] = {"young_carer": {}}


def _recorded(**said: Any) -> Desk[Contact]:
    return recorded(children=[{"full_name": "Tobias Fenwick-Adair"}], **said)


def _done(desk: Desk[Contact], task: str, **answers: str) -> None:
    form = CompleteTask(task_id=task, note="Done.", answers=answers)
    desk.do(acted(H.complete_task, form, SOCIAL_WORKER))


def _signpost(desk: Desk[Contact]) -> None:
    desk.do(acted(H.signpost, Signpost(to="library"), MANAGER))


@pytest.mark.rule("N2", "N3", "N5", "N6", "N7", "N9", "N12", "N13", "N14", "N15")
@pytest.mark.parametrize(
    ("said", "duties"),
    [
        ({}, []),
        ({"disabled_child": {}}, [Duty.PARENT_CARER_SUPPORT]),
        (
            {"disabled_child": {"assessment_requested_by_parent": True}},
            [Duty.PARENT_CARER_SUPPORT, Duty.DISABLED_CHILD_ASSESSMENT],
        ),
        ({"parent_carer": {}}, [Duty.PARENT_CARER_ASSESSMENT]),
        ({"parent_carer": {"requested": False}}, []),
        (CARER, [Duty.YOUNG_CARER_ASSESSMENT]),
        ({"young_carer": {"possible_needs": False}}, []),
        (
            {"young_carer": {"possible_needs": False, "requested_by": "parent"}},
            [Duty.YOUNG_CARER_ASSESSMENT],
        ),
        ({"extra_familial_harm": {"context": "The park."}}, []),
        ({"remand": {}}, [Duty.REMAND_VISIT, Duty.REMAND_CARE_PLAN]),
        (
            {"mother_and_baby_unit": UNIT},
            [Duty.HOME_AUTHORITY_ASSESSMENT, Duty.ADMISSIONS_BOARD],
        ),
    ],
)
def test_circumstances_bring_the_work_that_the_law_asks_for(
    said: dict[str, Any], duties: list[Duty]
) -> None:
    contact = _recorded(circumstances=said).aggregate
    tasks = [task for task in contact.tasks if task.kind is TaskKind.CIRCUMSTANCE]
    assert [task.of for task in tasks] == duties
    assert all(task.mandatory and task.is_open for task in tasks)


@pytest.mark.rule("N6", "N12")
def test_a_circumstance_learnt_later_brings_its_work_once() -> None:
    desk = _recorded(circumstances=CARER)
    for why in ("The school says so.", "And again."):
        said = {"circumstances": CARER | {"remand": {"accommodation": why}}}
        change = AmendContact.model_validate({"why": why} | said)
        desk.do(acted(H.amend_contact, change, RECORDER))
    tasks = [task.of for task in desk.aggregate.tasks if task.kind is TaskKind.CIRCUMSTANCE]
    assert tasks == [Duty.YOUNG_CARER_ASSESSMENT, Duty.REMAND_VISIT, Duty.REMAND_CARE_PLAN]


@pytest.mark.rule("N1", "N3", "N9", "N11")
@pytest.mark.parametrize(
    ("said", "prompts"),
    [
        (
            {"disabled_child": {}},
            (
                "Ask what the disability has meant for the family, and what it has had to face.",
                "Ask what the parents need to go on caring.",
            ),
        ),
        (
            {"extra_familial_harm": {}},
            ("Look at each child's own needs as well as at the group and the place.",),
        ),
        ({}, ()),
    ],
)
def test_whoever_analyses_is_reminded_of_what_these_families_face(
    said: dict[str, Any], prompts: tuple[str, ...]
) -> None:
    contact = _recorded(circumstances=said).aggregate
    assert shown(contact, 1, packs(), {}, whole=True).prompts == prompts


def _answers(asked: tuple[str, ...]) -> dict[str, str]:
    said = {name: CHOICES.get(name, ("As they said.",))[0] for name in asked}
    return said | {name: "2026-03-10" for name in asked if name == DONE_ON}


@pytest.mark.rule("N2", "N5", "N6", "N7")
@pytest.mark.parametrize("said", [CARER, {"parent_carer": {}}, {"disabled_child": {}}])
def test_nobody_is_sent_away_before_the_law_is_done_by(said: dict[str, Any]) -> None:
    desk = _recorded(circumstances=said)
    with pytest.raises(WorkOutstandingError):
        _signpost(desk)
    (task,) = (t for t in desk.aggregate.tasks if t.mandatory)
    _done(desk, task.task_id, **_answers(ANSWERS[task.of]))
    _signpost(desk)
    assert desk.aggregate.ending is not None


@pytest.mark.rule("N6")
def test_a_young_carer_may_go_to_where_the_work_is_done() -> None:
    desk = _recorded(circumstances=CARER)
    to = Reroute(to="school_admissions", acknowledged_by="sw-4022")
    desk.do(acted(H.reroute, to, SOCIAL_WORKER))
    assert desk.aggregate.ending is not None
    assert desk.aggregate.ending.ended_as is Ended.REROUTED
    assert Queue.TASKS in desk.aggregate.waiting


@pytest.mark.rule("N3", "N4", "N8", "N13")
def test_what_an_assessment_has_to_say_is_the_laws() -> None:
    assert ANSWERS[Duty.PARENT_CARER_SUPPORT] == ("support_needed",)
    assert ANSWERS[Duty.PARENT_CARER_ASSESSMENT] == (DONE_ON, "appropriate_to_provide_care")
    assert ANSWERS[Duty.YOUNG_CARER_ASSESSMENT] == (DONE_ON, "care_is", "cared_for", "wishes")
    assert len(ANSWERS[Duty.REMAND_CARE_PLAN]) == 2


@pytest.mark.rule("N3", "N4", "N8", "N13")
@pytest.mark.parametrize("duty", ANSWERS)
def test_a_duty_is_done_when_all_it_asks_is_answered(duty: str) -> None:
    asked = ANSWERS[duty]
    task_id = f"circumstance.{duty}"
    bringing: dict[str, Any] = {name: {} for name in ("parent_carer", "young_carer", "remand")}
    asked_for = {"assessment_requested_by_parent": True}
    bringing |= {"disabled_child": asked_for, "mother_and_baby_unit": UNIT}
    desk = _recorded(circumstances=bringing)
    for given in range(len(asked)):
        answers = _answers(asked[:given])
        with pytest.raises(AnswerMissingError, match=" and ".join(asked[given:])):
            _done(desk, task_id, **answers)
    _done(desk, task_id, **_answers(asked))
    done = find(desk.aggregate.tasks, task_id).done
    assert done is not None
    assert (done.by, done.at, tuple(done.answers)) == (SOCIAL_WORKER.id, NOW, asked)


@pytest.mark.rule("N4", "N8", "N3")
def test_what_can_only_be_one_of_a_few_is_one_of_them() -> None:
    desk = _recorded(circumstances=CARER)
    answers = {"care_is": "heavy", "cared_for": "Her brother.", "wishes": "To go on."}
    answers |= {DONE_ON: "2026-03-10"}
    with pytest.raises(NotInPolicyError, match=r"answers.care_is must be one of appropriate"):
        _done(desk, "circumstance.young_carer_assessment", **answers)
    assert find(desk.aggregate.tasks, "circumstance.young_carer_assessment").is_open


@pytest.mark.rule("N14", "N16")
def test_the_prisons_authority_is_responsible_while_mother_and_baby_are_placed() -> None:
    desk = _recorded(circumstances={"mother_and_baby_unit": UNIT})
    assert _responsible(desk) == "Havering"
    desk.do(acted(H.place_mother_and_baby, NOTE, SOCIAL_WORKER))
    assert (_responsible(desk), desk.aggregate.placed_at) == ("Surrey", NOW)
    with pytest.raises(AlreadyDoneError):
        desk.do(acted(H.place_mother_and_baby, NOTE, MANAGER))
    moved = {"mother_and_baby_unit": {"prison_authority": "Kent"}}
    correction = {"why": "The unit moved.", "circumstances": moved}
    desk.do(acted(H.amend_contact, AmendContact.model_validate(correction), SOCIAL_WORKER))
    assert _responsible(desk) == "Kent"
    ended = Placement(note="They have left the unit.", placed=False)
    desk.do(acted(H.place_mother_and_baby, ended, SOCIAL_WORKER))
    assert (_responsible(desk), desk.aggregate.placed_at) == ("Havering", None)
    with pytest.raises(AlreadyDoneError):
        desk.do(acted(H.place_mother_and_baby, ended, SOCIAL_WORKER))
    assert [one.placed for one in desk.aggregate.placements] == [True, False]


def _responsible(desk: Desk[Contact]) -> str | None:
    return shown(desk.aggregate, 1, packs(), {}, whole=True).responsible_authority


def test_a_placement_is_noted_only_where_one_was_asked_for_by_whoever_sorts() -> None:
    with pytest.raises(NotAChildConcernError):
        _recorded().do(acted(H.place_mother_and_baby, NOTE, SOCIAL_WORKER))
    with pytest.raises(NotEntitledError):
        _recorded(circumstances={"mother_and_baby_unit": UNIT}).do(
            acted(H.place_mother_and_baby, NOTE, RECORDER)
        )
