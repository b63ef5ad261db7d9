"""Councils that nobody has heard of come by one file each, and their contacts go the whole way."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import httpx
import pytest

from mash_local.services import BY_NAME
from mash_local.stack import Stack
from mash_shared.policy import load_packs
from mash_shared.vocabulary import Role
from support.campaign import until
from support.councils import DECIDES_AT_NIGHT, NO_GATE, THREE_LEVELS, with_invented
from support.front_desk import FrontDesk
from support.hub import Hub, Play, Upto
from support.outside import Outside, Seen
from support.staff import COORDINATOR, playing


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("policies") / "packs"
    return with_invented(folder, THREE_LEVELS, NO_GATE, DECIDES_AT_NIGHT)


@pytest.fixture(scope="module")
def stack(policies: Path) -> Iterator[Stack]:
    env = {name: {f"{one.prefix}POLICIES": str(policies)} for name, one in BY_NAME.items()}
    directory = playing((THREE_LEVELS, NO_GATE, DECIDES_AT_NIGHT))
    with Stack(ready_seconds=180, env=env, directory=directory) as started:
        yield started


@pytest.fixture(scope="module")
def hub(stack: Stack, policies: Path) -> Iterator[Hub]:
    hub = Hub(stack, policies)
    yield hub
    hub.close()


@pytest.fixture(scope="module")
def outside(stack: Stack) -> Outside:
    return Outside(stack)


@pytest.mark.rule("X11", "O15", "F9")
def test_a_council_has_three_levels_each_with_its_time_and_its_lane(
    hub: Hub, outside: Outside
) -> None:
    levels = {"immediate": "red", "serious": "amber", "emerging": "amber"}
    limits = {"immediate": "3 hours", "serious": "1 working day", "emerging": "3 working days"}
    plays = hub.play([Play(council=THREE_LEVELS, urgency=level) for level in levels])
    for play in plays:
        enquiry = outside.documents("enquiry")[f"enq-{play.contact_id}"]["state"]
        notice = outside.documents("notify")[play.contact_id]["state"]
        decision = outside.documents("decision")[play.child_ids[0]]["state"]
        case = outside.documents("ops")[play.contact_id]["state"]
        said = [(one["urgency"], one["lane"]) for one in (enquiry, notice, decision, case)]
        assert set(said) == {(play.urgency, levels[play.urgency])}
        whole = [one["lasts"] for one in enquiry["clocks"] if one["kind"] == "enquiry"]
        assert whole == [limits[play.urgency]]
        assert set(enquiry["slots"]) == {"police", "health"}
        assert notice["phase"] == "delivered"
        assert notice["clocks"][0]["lasts"] == "12 hours"
        assert decision["recommendation"] is not None
        assert decision["decision"]["policy_version"].startswith(f"{THREE_LEVELS}/")


@pytest.mark.rule("F2", "O15")
def test_where_no_gate_stands_whoever_triages_starts_the_enquiry(
    hub: Hub, outside: Outside
) -> None:
    (play,) = hub.play([Play(council=NO_GATE)])
    let_out = outside.documents("intake")[play.contact_id]["state"]["authorisation"]
    assert let_out["by"] == f"person-{Role.SOCIAL_WORKER}"


@pytest.mark.rule("O9", "O10", "O15")
def test_a_duty_team_takes_a_contact_to_its_decision_at_night(
    stack: Stack, hub: Hub, outside: Outside, policies: Path
) -> None:
    stack.time.advance(_until_night(stack.time.now()))
    assert not load_packs(policies).of(DECIDES_AT_NIGHT).calendar.is_open(stack.time.now())
    duty = Role.OUT_OF_HOURS_DUTY_SOCIAL_WORKER
    (play,) = hub.play([Play(council=DECIDES_AT_NIGHT, by=duty)])
    decision = outside.documents("decision")[play.child_ids[0]]["state"]
    assert decision["decision"]["by"] == decision["recommendation"]["by"] == f"person-{duty}"


@pytest.mark.rule("O9", "O10", "J1", "F2")
def test_a_duty_worker_lets_a_red_contact_out_at_night_and_agencies_are_asked_at_once(
    stack: Stack, hub: Hub, outside: Outside
) -> None:
    stack.time.advance(_until_night(stack.time.now()))
    duty = Role.OUT_OF_HOURS_DUTY_SOCIAL_WORKER
    let_out = Play(council=DECIDES_AT_NIGHT, by=duty, upto=Upto.AUTHORISED)
    hub.play([let_out])
    elsewhere = FrontDesk(stack, hub, THREE_LEVELS)
    kept = elsewhere.send(duty, "POST", "/contacts", elsewhere.form(urgency="immediate")).json()
    reason = {"reason_code": next(iter(elsewhere.pack.gate.reasons)), "reason": "It is night."}
    reason |= {"coordinating_social_worker": COORDINATOR}
    refused = elsewhere.act(duty, kept, "enquiry-authorisation", reason)
    assert refused.status_code == httpx.codes.FORBIDDEN, refused.text
    agencies = hub.pack(DECIDES_AT_NIGHT).mandatory_agencies

    def asked() -> list[Seen]:
        wire = outside.wire()
        lanes = [wire.get(f"agency.{agency}.request.red.v1", []) for agency in agencies]
        return [one for lane in lanes for one in lane if one.contact_id == let_out.contact_id]

    until(lambda: len(asked()) >= len(agencies), "asked", 90.0)
    authorised = outside.documents("intake")[let_out.contact_id]["state"]["authorisation"]
    assert authorised["by"] == f"person-{duty}"
    for request in asked():
        said, due = (datetime.fromisoformat(request.body[at]) for at in ("occurred_at", "reply_by"))
        assert said - datetime.fromisoformat(authorised["at"]) < timedelta(minutes=1)
        assert due - said < timedelta(hours=5), "it runs at night"


def _until_night(now: datetime) -> timedelta:
    """Give how long it is to the next two o'clock at night, in UTC."""
    night = datetime.combine(now, time(2), UTC)
    return night - now + timedelta(days=1 if night < now else 0)
