"""A contact that went another way: told at once, by letter, or not owed; early and late."""

from email.message import EmailMessage
from itertools import permutations
from typing import Any

import pytest

from mash_shared.messages import Message
from mash_shared.messages.contact import ContactEnded, ContactRecorded
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.people import Referrer
from mash_shared.plumbing.arrival import Change
from mash_shared.policy import Pack
from mash_shared.testing import NOW, Desk, heard, packs, ran_out, sample, send_twice
from mash_shared.vocabulary import ClockState, ReferrerKind
from notify.domain import Notice, Phase
from notify.handlers import NotifyHandlers
from notify.letters import WAYS, letter

HANDLERS = NotifyHandlers(packs())
RECORDED = sample(ContactRecorded)
OWN = {"contact_id": RECORDED.contact_id, "urgency": RECORDED.urgency}
LATER = sample(ContactEnded, **OWN, ended_as="to_last_team")
AT_ONCE = sample(ContactEnded, **OWN, ended_as="signposted", told_at_once=True)
every_council = pytest.mark.parametrize("pack", tuple(packs()), ids=lambda pack: pack.council.id)


def _desk(*messages: Message) -> Desk[Notice]:
    desk = Desk(Notice, RECORDED.contact_id, "notify")
    for message in messages:
        assert not desk.do(_change(message))
    return desk


def _change(message: Message) -> Change:
    handlers: dict[type[Message], Any] = {
        ContactRecorded: HANDLERS.expect_notice,
        ContactEnded: HANDLERS.note_ended,
        DecisionRecorded: HANDLERS.note_decision,
    }
    return heard(handlers[type(message)], message)


def _from(kind: ReferrerKind, **changes: Any) -> ContactRecorded:
    return sample(
        ContactRecorded, referrer=Referrer(kind=kind, email="a@street.example"), **changes
    )


def _letter(desk: Desk[Notice], pack: Pack) -> str:
    desk.do(lambda notice: HANDLERS.claim(notice, courier="one", over=0, sure=False, at=NOW))
    mail = letter(desk.aggregate, pack, "mash@hub.example")
    assert isinstance(mail, EmailMessage)
    return str(mail.get_content())


@pytest.mark.rule("B14", "K4")
def test_note_ended_twice_makes_one_notice_ready() -> None:
    desk = _desk(RECORDED)
    assert not send_twice(desk, _change(LATER))
    notice = desk.aggregate
    assert (notice.phase, notice.ended_as) == (Phase.READY, "to_last_team")
    assert [clock.state for clock in notice.clocks] == [ClockState.OPEN]


@pytest.mark.rule("B14", "J6")
def test_note_ended_twice_by_word_of_mouth_keeps_the_promise_and_sends_nothing() -> None:
    desk = _desk(RECORDED)
    assert not send_twice(desk, _change(AT_ONCE))
    notice = desk.aggregate
    assert (notice.phase, notice.in_hand) == (Phase.DELIVERED, False)
    assert notice.ended_at == AT_ONCE.occurred_at
    assert [clock.state for clock in notice.clocks] == [ClockState.MET]


@pytest.mark.rule("J6")
@pytest.mark.parametrize("ended", [LATER, AT_ONCE], ids=["by letter", "at once"])
def test_the_end_before_the_contact_comes_to_the_same_phase(ended: ContactEnded) -> None:
    ends = [_desk(*order).aggregate for order in permutations((RECORDED, ended))]
    assert {notice.phase for notice in ends} == {
        Phase.DELIVERED if ended.told_at_once else Phase.READY
    }
    assert all(notice.referrer == RECORDED.referrer for notice in ends)
    promised = {clock.is_open for notice in ends for clock in notice.clocks}
    assert promised <= {not ended.told_at_once}


@pytest.mark.rule("K4", "E3")
@every_council
def test_a_professional_reads_the_council_s_own_words_for_every_route(pack: Pack) -> None:
    recorded = _from(ReferrerKind.PROFESSIONAL, council=pack.council.id)
    for route, words in pack.routing.routes.items():
        ended = sample(ContactEnded, **OWN, council=pack.council.id, ended_as=route)
        assert words in _letter(_desk(recorded, ended), pack)


def test_a_way_that_no_policy_names_has_plain_words() -> None:
    pack = packs().of("havering")
    for way, words in (*WAYS.items(), ("somehow", "Dealt with in another way")):
        ended = sample(ContactEnded, **OWN, ended_as=way, own_notice=True)
        assert words in _letter(_desk(_from(ReferrerKind.PROFESSIONAL), ended), pack)


@pytest.mark.rule("K2")
@every_council
def test_the_public_gets_an_acknowledgement_and_learns_of_no_route(pack: Pack) -> None:
    recorded = _from(ReferrerKind.PUBLIC, council=pack.council.id)
    routes = ("to_allocated_worker", "to_last_team", "rerouted")
    texts = {
        _letter(
            _desk(recorded, sample(ContactEnded, **OWN, council=pack.council.id, ended_as=route)),
            pack,
        )
        for route in routes
    }
    (text,) = texts
    for words in (*pack.routing.routes.values(), *WAYS.values()):
        assert words not in text


@pytest.mark.rule("A14", "A7")
@pytest.mark.parametrize(
    "recorded",
    [
        _from(ReferrerKind.PROFESSIONAL, is_referral=False),
        sample(ContactRecorded, referrer=Referrer(kind=ReferrerKind.ANONYMOUS)),
    ],
    ids=["no referral", "anonymous"],
)
@pytest.mark.parametrize("ended", [LATER, AT_ONCE], ids=["by letter", "at once"])
def test_where_nothing_is_owed_the_end_changes_nothing(
    recorded: ContactRecorded, ended: ContactEnded
) -> None:
    notice = _desk(recorded, ended).aggregate
    assert (notice.phase, notice.in_hand) == (Phase.NOT_OWED, False)
    assert notice.clocks == []


def test_a_second_end_of_one_contact_changes_nothing() -> None:
    desk = _desk(RECORDED, AT_ONCE)
    before = desk.aggregate
    assert not desk.do(_change(LATER))
    assert desk.aggregate == before


@pytest.mark.rule("J6")
def test_a_promise_that_is_kept_does_not_run_out() -> None:
    desk = _desk(RECORDED)
    (clock,) = desk.aggregate.clocks
    desk.do(_change(AT_ONCE))
    assert not desk.do(ran_out(HANDLERS.note_promise_missed, clock, clock.due_at))
    assert desk.aggregate.phase is Phase.DELIVERED


@pytest.mark.rule("A9", "A10")
@pytest.mark.parametrize("early", [False, True])
def test_a_contact_that_joined_another_owes_no_notice_of_its_own(*, early: bool) -> None:
    joined = sample(ContactEnded, **OWN, ended_as="joined")
    order = (joined, RECORDED) if early else (RECORDED, joined)
    notice = _desk(*order).aggregate
    assert notice.phase is Phase.NOT_OWED
    assert not [clock for clock in notice.clocks if clock.state is not ClockState.CANCELLED]


@pytest.mark.rule("A9", "A10", "J6")
@pytest.mark.parametrize("early", [False, True])
def test_somebody_else_whose_contact_joined_another_has_a_notice_of_their_own(
    *, early: bool
) -> None:
    joined = sample(ContactEnded, **OWN, ended_as="joined", own_notice=True)
    order = (joined, RECORDED) if early else (RECORDED, joined)
    notice = _desk(*order).aggregate
    assert notice.phase is Phase.READY
    assert [clock.state for clock in notice.clocks] == [ClockState.OPEN]


@pytest.mark.rule("A7")
def test_an_anonymous_referrer_is_owed_nothing_whichever_news_comes_first() -> None:
    anonymous = _from(ReferrerKind.ANONYMOUS, contact_id=RECORDED.contact_id)
    for news in permutations((anonymous, AT_ONCE)):
        assert _desk(*news).aggregate.phase is Phase.NOT_OWED
