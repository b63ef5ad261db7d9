"""The ledger of replies: every line for ever, superseded texts while there is room."""

from dataclasses import asdict

import pytest

from enquiry.domain import MOST_SUPERSEDED, SUPERSEDED_ROOM, SUPERSEDED_ROOM_IN_ALL, Enquiry, Filed
from mash_shared.answers import Answer, Fact
from mash_shared.keeping import hash_of, newest_within, size_of
from mash_shared.testing import NOW
from mash_shared.vocabulary import AgencyId, ReplyState
from support.asking import CHILD, asked, hear

POLICE, HEALTH = AgencyId("police"), AgencyId("health")


def _open(*agencies: AgencyId) -> Enquiry:
    return asked(*(agencies or (POLICE, HEALTH)))


def _answer(nth: int, size: int = 0) -> Answer:
    texts = ["Known.", *("x" * 20_000 for _ in range(size // 20_000))]
    facts = tuple(
        Fact(fact_id=f"f-{n}", about=(CHILD,), handling="family_may_know", text=text, relevance="r")
        for n, text in enumerate(texts)
    )
    return Answer(reply_id=f"r{nth}", state="information", facts=facts, analysis="It matters.")


def _hear(enquiry: Enquiry, answer: Answer, agency: AgencyId = POLICE) -> None:
    hear(enquiry, agency, answer)


def _lines(enquiry: Enquiry, agency: AgencyId = POLICE) -> list[Filed]:
    return [line for one in enquiry.slots[agency].rounds for line in one.replies]


def _whole(lines: list[Filed]) -> list[str]:
    return [line.reply_id for line in lines if line.answer]


@pytest.mark.rule("I4")
def test_the_newest_superseded_texts_are_kept_and_a_line_of_every_reply() -> None:
    enquiry = _open()
    answers = [_answer(nth) for nth in range(MOST_SUPERSEDED + 5)]
    for answer in answers:
        _hear(enquiry, answer)
    lines = _lines(enquiry)
    assert _whole(lines) == [answer.reply_id for answer in answers[-(MOST_SUPERSEDED + 1) :]]
    for line, answer in zip(lines, answers, strict=True):
        assert (line.reply_id, line.state) == (answer.reply_id, ReplyState.INFORMATION)
        assert line.reply_hash == hash_of(asdict(answer))
        assert (line.size, line.filed_at) == (size_of(asdict(answer)), NOW)


@pytest.mark.rule("I4")
def test_superseded_texts_of_one_agency_have_a_room_of_their_own() -> None:
    enquiry = _open()
    for nth in range(6):
        _hear(enquiry, _answer(nth, 480_000))
    lines = _lines(enquiry)
    assert _whole(lines) == ["r3", "r4", "r5"]
    assert sum(line.size for line in lines if line.answer) < SUPERSEDED_ROOM + 500_000


@pytest.mark.rule("I4")
def test_many_agencies_share_one_room() -> None:
    enquiry = _open(*(AgencyId(f"a{nth}") for nth in range(20)))
    for agency in enquiry.slots:
        for nth in range(5):
            _hear(enquiry, _answer(nth, 100_000), agency)
    superseded = [
        line.size
        for agency in enquiry.slots
        for line in _lines(enquiry, agency)[:-1]
        if line.answer is not None and line.reply_id not in enquiry.collated_replies
    ]
    assert len(superseded) == 2 * 20
    assert sum(superseded) <= SUPERSEDED_ROOM_IN_ALL


@pytest.mark.rule("I4", "I6")
def test_what_was_collated_stays_whole_however_often_it_is_corrected() -> None:
    enquiry = _open()
    _hear(enquiry, _answer(1, 480_000))
    _hear(enquiry, _answer(0), HEALTH)
    assert enquiry.collated_at == NOW
    for nth in range(2, 40):
        _hear(enquiry, _answer(nth, 480_000))
    assert _whole(_lines(enquiry)) == ["r1", "r37", "r38", "r39"]
    assert _whole(_lines(enquiry, HEALTH)) == ["r0"]


@pytest.mark.rule("I4")
def test_a_reply_of_which_only_the_line_is_left_is_known_when_it_comes_again() -> None:
    enquiry = _open()
    for nth in range(20):
        _hear(enquiry, _answer(nth))
    _hear(enquiry, _answer(0))
    assert [line.reply_id for line in _lines(enquiry)] == [f"r{nth}" for nth in range(20)]


def test_a_round_without_a_reply_has_no_answer() -> None:
    (only,) = _open().slots[POLICE].rounds
    assert (only.answer, only.superseded, only.knows("r1")) == (None, [], False)


@pytest.mark.parametrize(
    ("sizes", "fit"),
    [([], 0), ([5], 1), ([11], 0), ([11, 5, 5], 2), ([1, 11, 1], 1), ([1, 1, 1, 1], 3)],
)
def test_the_newest_fit_as_long_as_there_is_room(sizes: list[int], fit: int) -> None:
    assert newest_within(sizes, room=10, most=3) == fit


def test_a_size_is_in_bytes() -> None:
    assert size_of({"a": "é"}) == len('{"a":"é"}'.encode())
