"""Each council's contacts travel the whole way, under that council's own policy (design, 6)."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import httpx
import pytest

from mash_local.stack import Stack
from mash_shared.policy import Pack
from support.hub import Hub, Play
from support.invariants import Checker
from support.staff import COORDINATOR, staff_id

COUNCILS = ("havering", "lewisham", "redbridge", "waltham-forest")


def _mails(stack: Stack, play: Play) -> list[EmailMessage]:
    letters = [
        message_from_bytes(file.read_bytes(), policy=policy.default)
        for file in (stack.run.path / "mail").glob("*.eml")
    ]
    return [one for one in letters if play.contact_id in str(one["Message-ID"])]


def _clocks(stack: Stack, play: Play) -> dict[str, dict[str, str]]:
    token = stack.token(role="operations", person="ops-1", council=play.council)
    answer = httpx.get(
        f"{stack.addresses['ops']}/clocks/{play.contact_id}",
        headers={"authorization": f"Bearer {token}"},
    )
    return {f"{one['kind']}.{one['of']}": one for one in answer.json()["clocks"]}


@pytest.mark.rule("F9", "H5", "J1", "J6", "J7", "K1")
@pytest.mark.parametrize("council", COUNCILS)
def test_a_professional_contact_is_told_its_outcome(
    council: str, stack: Stack, hub: Hub, checker: Checker
) -> None:
    (play,) = hub.play([Play(council=council, children=2)])
    pack = hub.pack(council)
    (letter,) = _mails(stack, play)
    assert next(iter(pack.outcomes.values())).name in letter.get_content()
    told = letter.get_content()
    assert not any(child["full_name"] in told for child in play.form("")["children"])
    clocks = _clocks(stack, play)
    asked = {name for name in clocks if name.startswith("agency_check.")}
    assert asked == {f"agency_check.{agency}" for agency in pack.mandatory_agencies}
    others = ("task.", "written_follow_up.", "chase.")  # people's own, and the hour of the day
    promised = {name: one for name, one in clocks.items() if not name.startswith(others)}
    still = {name: clock["state"] for name, clock in promised.items() if clock["state"] != "met"}
    assert still == {}
    assert {clock["policy_version"] for clock in clocks.values()} == {pack.version}
    assert checker.check([play]) == []


@pytest.mark.rule("A7", "K2")
def test_an_anonymous_referrer_is_told_nothing_and_the_contact_still_closes(
    stack: Stack, hub: Hub
) -> None:
    (play,) = hub.play([Play(reach="nobody")])
    assert _mails(stack, play) == []


def _post(stack: Stack, pack: Pack, role: str, path: str, body: object) -> httpx.Response:
    service, _, rest = path.partition("/")
    token = stack.token(role=role, person=staff_id(role), council=pack.council.id)
    headers = {"authorization": f"Bearer {token}", "idempotency-key": f"{role}:{rest}"}
    return httpx.post(f"{stack.addresses[service]}/{rest}", json=body, headers=headers)


@pytest.mark.rule("F2", "F4")
@pytest.mark.parametrize("council", COUNCILS)
def test_only_the_role_of_the_policy_lets_an_enquiry_go_out(
    council: str, stack: Stack, hub: Hub
) -> None:
    pack = hub.pack(council)
    recorder = pack.contact.first_recorders[0]
    form = Play(council=council).form("2026-11-23T10:00:00Z")
    recorded = _post(stack, pack, recorder, "intake/contacts", form)
    act = {
        "reason_code": next(iter(pack.gate.reasons)),
        "reason": "To be decided together.",
        "coordinating_social_worker": COORDINATOR,
    }
    path = f"intake/contacts/{recorded.json()['contact_id']}/enquiry-authorisation"
    refused = _post(stack, pack, "mash_administrator", path, act)
    assert refused.status_code == httpx.codes.FORBIDDEN
    assert all(role in refused.json()["detail"] for role in pack.gate.roles)
    assert _post(stack, pack, pack.gate.roles[0], path, act).status_code == httpx.codes.OK


@pytest.mark.rule("H4", "X1")
def test_in_redbridge_recommending_and_deciding_are_two_people(stack: Stack, hub: Hub) -> None:
    pack = hub.pack("redbridge")
    (play,) = hub.play([Play(council="redbridge")])
    again = {"outcome": next(iter(pack.outcomes)), "rationale": "Once more."}
    path = f"decision/decisions/{play.child_ids[0]}/outcome"
    answer = _post(stack, pack, pack.deciding.decider_roles[0], path, again)
    assert answer.status_code == httpx.codes.CONFLICT
    assert pack.deciding.must_differ
