"""What is easily overlooked of a child reaches whoever analyses and decides (N1, O13)."""

from typing import Any

import pytest

from intake.api.parts import shown
from intake.domain.carried import CARRIED, Carried
from intake.domain.contact import Contact
from intake.forms.children import StrikeChild
from intake.forms.contact import AmendContact
from intake.forms.gate import SendForDecision
from mash_shared.messages import Message
from mash_shared.messages.contact import ContactJoined, ContactWorkOutstanding
from mash_shared.messages.enquiry import EnquiryAmended, EnquiryAuthorised
from mash_shared.reminders import Reminder
from mash_shared.testing import NOW, Desk, acted, heard, packs
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, asking, checked, fresh, indexed, recorded

TOBIAS = {"full_name": "Tobias Fenwick-Adair", "family": "Fenwick"}
WREN = {"full_name": "Wren Fenwick-Adair", "family": "Fenwick"}
DISABLED = {"disabled_child": {"child_ids": ["c1-1"]}}
HARM = {"extra_familial_harm": {"context": "The park."}}
EASY = {"vulnerabilities": ["Out of school", "Misses home"]}
PRESSURES = (Reminder.DISABILITY_PRESSURES, Reminder.PARENTS_SUPPORT)
EXPLOITED = (Reminder.OWN_NEEDS, Reminder.EASY_TO_EXPLOIT)


def _recorded(*children: dict[str, Any], **said: Any) -> Desk[Contact]:
    return recorded(children=list(children or (TOBIAS, WREN)), **said)


def _of(said: tuple[Message, ...]) -> dict[str, tuple[Reminder, ...]]:
    """Give what whoever decides was told, by child; it is what the coordinator was told too."""
    (told,) = (one for one in said if isinstance(one, ContactWorkOutstanding))
    decider = {one.child_id: one.reminders for one in told.children if one.reminders}
    for one in said:
        if isinstance(one, EnquiryAuthorised | EnquiryAmended):
            assert one.reminders == decider
    return decider


def _let_out(desk: Desk[Contact]) -> tuple[Message, ...]:
    return desk.do(acted(H.authorise_enquiry, asking(), MANAGER))


def _amend(desk: Desk[Contact], **said: Any) -> tuple[Message, ...]:
    amended = AmendContact.model_validate({"why": "Learnt later."} | said)
    return (*desk.do(acted(H.amend_contact, amended, MANAGER)), *desk.do(indexed()))


@pytest.mark.rule("N1")
def test_a_disability_goes_along_to_coordinator_and_decider_for_that_child_only() -> None:
    assert _of(_let_out(_recorded(circumstances=DISABLED))) == {"c1-1": PRESSURES}


@pytest.mark.rule("N1")
def test_it_goes_along_without_an_enquiry_as_well() -> None:
    desk = _recorded(TOBIAS, circumstances={"disabled_child": {}})
    form = SendForDecision(reason="Enough is known.")
    assert _of(desk.do(acted(H.send_for_decision, form, MANAGER))) == {"c1-1": PRESSURES}


@pytest.mark.rule("N1", "O13")
def test_before_a_child_is_let_out_nobody_elsewhere_is_told() -> None:
    desk = Desk(Contact, "c1")
    desk = fresh(children=[TOBIAS | EASY], circumstances=HARM)
    said = _amend(desk, circumstances=HARM | {"disabled_child": None})
    assert not [one for one in said if isinstance(one, ContactWorkOutstanding)]


@pytest.mark.rule("O13")
@pytest.mark.parametrize(
    ("child", "circumstances", "reminders"),
    [
        (TOBIAS | EASY, HARM, {"c1-1": EXPLOITED}),
        (TOBIAS | EASY, {}, {}),
        (TOBIAS, HARM, {"c1-1": EXPLOITED[:1]}),
    ],
)
def test_what_makes_a_child_easy_to_exploit_is_weighed_against_harm_outside_the_family(
    child: dict[str, Any], circumstances: dict[str, Any], reminders: Any
) -> None:
    desk = _recorded(child, circumstances=circumstances)
    said = _let_out(desk)
    if reminders:
        assert _of(said) == reminders
    seen = shown(desk.aggregate, 1, packs(), {}, whole=False)
    assert {c: r for c, r in seen.reminders.items() if r} == reminders
    assert any("easy to exploit" in one for one in seen.prompts) is (
        reminders == {"c1-1": EXPLOITED}
    )


@pytest.mark.rule("O13", "N1")
def test_a_correction_raises_a_reminder_and_takes_it_back() -> None:
    desk = _recorded(TOBIAS)
    _let_out(desk)
    assert _of(_amend(desk, circumstances=HARM)) == {"c1-1": EXPLOITED[:1]}
    later = [{"child_id": "c1-1", "facts": EASY}]
    assert _of(_amend(desk, children=later)) == {"c1-1": EXPLOITED}
    gone = [{"child_id": "c1-1", "facts": {"vulnerabilities": []}}]
    assert _of(_amend(desk, children=gone)) == {"c1-1": EXPLOITED[:1]}
    assert _of(_amend(desk, circumstances={"extra_familial_harm": None})) == {}


@pytest.mark.rule("N1")
def test_a_second_child_has_reminders_of_their_own_and_a_struck_one_none() -> None:
    desk = _recorded(TOBIAS, circumstances=DISABLED)
    _let_out(desk)
    _amend(desk, children=[{"facts": WREN}])
    checked(desk)
    both = {"disabled_child": {"child_ids": ["c1-1", "c1-2"]}}
    assert _of(_amend(desk, circumstances=both)) == {"c1-1": PRESSURES, "c1-2": PRESSURES}
    strike = StrikeChild(child_id="c1-1", reason="Another boy.")
    said = desk.do(acted(H.strike_child, strike, MANAGER))
    (told,) = (one for one in said if isinstance(one, EnquiryAmended))
    assert told.reminders == {"c1-2": PRESSURES}


@pytest.mark.rule("N1", "O13")
def test_a_regrade_changes_no_reminder() -> None:
    desk = _recorded(TOBIAS, circumstances=DISABLED)
    _let_out(desk)
    assert _of(_amend(desk, urgency="red")) == {"c1-1": PRESSURES}


@pytest.mark.rule("O13")
def test_what_a_joined_contact_says_is_weighed_as_well() -> None:
    desk = _recorded(TOBIAS, circumstances=HARM)
    _let_out(desk)
    other = fresh(id_="c2", children=[TOBIAS | EASY]).aggregate
    said = CARRIED.dump_python(Carried(facts=other.facts), mode="json")
    joined = ContactJoined(
        **desk.aggregate.head(NOW),
        joining="c2",
        received_at=NOW,
        text="She rang.",
        by=MANAGER.id,
        said=said,
    )
    assert _of(desk.do(heard(H.take_in_joined, joined))) == {"c1-1": EXPLOITED}
