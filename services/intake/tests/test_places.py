"""Where a contact is sent instead: to a place that is there, and to early help with consent."""

from datetime import timedelta
from typing import Any

import pytest

from intake.domain.consent import NoConsentError
from intake.domain.contact import Contact
from intake.domain.ending import Ended, Outsider
from intake.domain.serving import LOST
from intake.forms.consent import SayConsent
from intake.forms.contact import AmendContact
from intake.forms.ending import Reroute, SignOffEnding, Signpost
from intake.forms.form import Note
from mash_shared.act import StaffMember
from mash_shared.plumbing.arrival import Change
from mash_shared.policy import contradictions
from mash_shared.testing import NOW, Desk, acted, packs
from mash_shared.vocabulary import FieldRefusedError, NotInPolicyError, Role
from support.front_door import GIVEN, MANAGER, RECORDER, SOCIAL_WORKER, form, recorded, staff
from support.front_door import HANDLERS as H
from support.siblings import added, struck

THERE = {"acknowledged_by": "sw-4022"}
REFUSED = {"status": "refused"}
HARM = {"significant_harm": "yes"}
PUBLIC = {"referrer": {"kind": "public"}, "consent": {"status": "not_expected"}}
TO_EARLY_HELP = acted(H.reroute, Reroute(to="localities", **THERE), SOCIAL_WORKER)
TO_A_TEAM = acted(H.reroute, Reroute(to="school_admissions", **THERE), SOCIAL_WORKER)
POINTED = acted(H.signpost, Signpost(to="childrens_centres"), SOCIAL_WORKER)
BOTH = pytest.mark.parametrize("sent", [TO_EARLY_HELP, POINTED], ids=["rerouted", "pointed"])


@pytest.mark.rule("E7", "B14", "C10", "M11")
def test_nobody_is_sent_to_a_place_that_is_not_there() -> None:
    for act in (
        acted(H.reroute, Reroute(to="The annexe", **THERE), SOCIAL_WORKER),
        acted(H.reroute, Reroute(to="havering", **THERE), SOCIAL_WORKER),
        acted(H.signpost, Signpost(to="Somewhere in town"), SOCIAL_WORKER),
    ):
        desk = recorded()
        with pytest.raises(NotInPolicyError) as refused:
            desk.do(act)
        assert refused.value.field == "to"
        assert desk.aggregate.ending is None
    ending = recorded_and(TO_A_TEAM).ending
    assert ending is not None
    assert (ending.place, ending.to, ending.early_help) == (
        "school_admissions",
        "School admissions",
        False,
    )
    away = acted(H.reroute, Reroute(to="kent", **THERE), SOCIAL_WORKER)
    ended = recorded_and(away).ending
    assert ended is not None
    assert (ended.ended_as, ended.to) == (Ended.TRANSFERRED_TO_OTHER_LA, "Kent")


def recorded_and(change: Change, **said: Any) -> Contact:
    desk = recorded(**said)
    desk.do(change)
    return desk.aggregate


@pytest.mark.rule("E7")
def test_who_took_it_over_is_in_the_directory_or_named_as_of_that_place() -> None:
    gone = {"sw-9": StaffMember(id="sw-9", until=NOW)}
    for form_, wanted in (
        (Reroute(to="kent"), "who took it over"),
        (Reroute(to="kent", acknowledged_by="sw-9"), "the directory has now"),
    ):
        with pytest.raises(FieldRefusedError, match=wanted) as refused:
            recorded().do(acted(H.reroute, form_, SOCIAL_WORKER, staff=gone))
        assert refused.value.field == "acknowledged_by"
    admin = {"adm-1": StaffMember(id="adm-1", roles=frozenset({Role.MASH_ADMINISTRATOR}))}
    ours = Reroute(to="kent", acknowledged_by="adm-1")
    desk = recorded()
    desk.do(acted(H.reroute, ours, SOCIAL_WORKER, staff=admin))
    theirs = Outsider(full_name="Rosamund Peverell", post="duty officer")
    there = acted(H.reroute, Reroute(to="kent", outsider=theirs), SOCIAL_WORKER, staff={})
    ending = recorded_and(there).ending
    assert ending is not None
    assert ending.outsider == theirs


WITHOUT = [
    REFUSED,
    GIVEN | {"consent_to_service": "no"},
    GIVEN | {"consent_to_service": "unknown"},
]


@pytest.mark.rule("D4")
@BOTH
@pytest.mark.parametrize("consent", WITHOUT)
@pytest.mark.parametrize("asked", ["child_in_need", "early_help", "children_with_disabilities"])
def test_early_help_is_reached_on_no_path_without_consent(
    sent: Change, consent: dict[str, Any], asked: str
) -> None:
    desk = recorded(request_type=asked, consent=consent)
    with pytest.raises(NoConsentError, match="always needs consent"):
        desk.do(sent)
    assert desk.aggregate.ending is None
    assert recorded_and(sent, request_type=asked, consent=GIVEN).ending is not None
    assert recorded_and(TO_A_TEAM, request_type=asked, consent=consent).ending is not None


@pytest.mark.rule("D2", "D4")
@BOTH
def test_the_public_is_sent_to_early_help_unless_somebody_said_no(sent: Change) -> None:
    assert recorded_and(sent, request_type="early_help", **PUBLIC).ending is not None
    with pytest.raises(NoConsentError):
        recorded_and(sent, **PUBLIC | {"consent": REFUSED})


@pytest.mark.rule("B14", "D4")
def test_whoever_asks_where_it_is_to_be_had_is_told_but_no_child_goes_there_so() -> None:
    said = {"request_type": "information", "consent": REFUSED}
    assert recorded_and(POINTED, **said, children=[{}]).ending is not None
    with pytest.raises(NoConsentError):
        recorded_and(POINTED, **said, children=[{"full_name": "Tobias Fenwick-Adair"}])


@pytest.mark.rule("D4")
@BOTH
def test_consent_that_goes_before_a_manager_agrees_bars_early_help(sent: Change) -> None:
    agreed = SignOffEnding(agrees=True, reason="I rang the school.")
    manager = staff(Role.HEAD_OF_MASH)
    desk = recorded(**HARM)
    desk.do(sent)
    desk.do(acted(H.withdraw_consent, Note(note="She changed her mind."), RECORDER))
    with pytest.raises(NoConsentError):
        desk.do(acted(H.sign_off_ending, agreed, manager))
    assert desk.aggregate.proposed_ending is not None
    desk.do(acted(H.say_consent, SayConsent(consent=form().consent), RECORDER))
    desk.do(acted(H.sign_off_ending, agreed, manager))
    assert desk.aggregate.ending is not None
    again = recorded(**HARM)
    again.do(sent)
    again.do(acted(H.withdraw_consent, Note(note="She changed her mind."), RECORDER))
    no = SignOffEnding(agrees=False, reason="Not without them.")
    again.do(acted(H.sign_off_ending, no, manager))
    assert again.aggregate.ending is None


def _told(desk: Desk[Contact]) -> int:
    return sum(task.what == LOST for task in desk.aggregate.tasks)


def _amend(desk: Desk[Contact], **said: Any) -> None:
    amended = AmendContact.model_validate({"why": "Put right."} | said)
    desk.do(acted(H.amend_contact, amended, MANAGER, NOW + timedelta(hours=1)))


@pytest.mark.rule("D4", "D15")
def test_whoever_gives_early_help_is_told_once_that_consent_is_gone() -> None:
    desk = recorded()
    desk.do(TO_EARLY_HELP)
    _amend(desk, concern="It is worse.")
    assert _told(desk) == 0
    desk.do(acted(H.withdraw_consent, Note(note="She changed her mind."), RECORDER))
    _amend(desk, concern="It is better.")
    assert _told(desk) == 1
    for other in (TO_A_TEAM, POINTED):
        elsewhere = recorded()
        elsewhere.do(other)
        elsewhere.do(acted(H.withdraw_consent, Note(note="She changed her mind."), RECORDER))
        assert _told(elsewhere) == 0


@pytest.mark.rule("D4")
def test_a_public_referrer_who_turns_out_to_be_a_professional_is_one_ever_after() -> None:
    desk = recorded(**PUBLIC)
    desk.do(TO_EARLY_HELP)
    _amend(desk, referrer={"kind": "professional"})
    assert _told(desk) == 1


@pytest.mark.rule("D4")
@pytest.mark.parametrize("change", ["a child more", "a child struck", "another request", "a level"])
def test_no_change_of_a_contact_leads_to_early_help_without_consent(change: str) -> None:
    desk = recorded(request_type="early_help", consent=REFUSED)
    if change == "a child more":
        added(desk)
    elif change == "a child struck":
        struck(desk, "c1-2")
    else:
        said = (
            {"request_type": "child_in_need"} if change == "another request" else {"urgency": "red"}
        )
        _amend(desk, **said)
    with pytest.raises(NoConsentError):
        desk.do(TO_EARLY_HELP)


def test_a_code_stands_for_one_place() -> None:
    pack = packs().of("havering")
    places = pack.places.model_copy(update={"teams": {"localities": "Localities"}})
    wrong = pack.model_copy(update={"places": places})
    assert {one.key for one in contradictions.contradictions(wrong, "havering")} == {
        "places.localities"
    }
