"""Whatever happens to an enquiry in whatever order: nobody is forgotten and nothing is lost."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enquiry.domain import Enquiry
from mash_shared.messages import Message
from mash_shared.messages.agency_check import Asked
from mash_shared.messages.enquiry import EnquiryCollated
from mash_shared.testing import heard, ran_out
from mash_shared.vocabulary import ClockKind
from support.rounds import (
    AGENCIES,
    BABY,
    ELDER,
    HANDLERS,
    LATER,
    YOUNGER,
    amended,
    answered,
    opened,
)

ALL = (ELDER, YOUNGER, BABY)
families = st.lists(st.sampled_from(ALL), unique=True, max_size=3)
changes = st.tuples(st.just("amend"), families, st.booleans())
replies = st.tuples(st.just("reply"), st.sampled_from(AGENCIES), st.integers(1, 3))
times = st.tuples(st.just("time"), st.sampled_from((*AGENCIES, "")), st.just(0))
steps = st.lists(st.one_of(changes, replies, replies, times), max_size=14)


class Way:
    """An enquiry on its way, and the children in every form of each request."""

    def __init__(self) -> None:
        self.desk = opened(ELDER)
        self.forms: dict[str, list[tuple[str, ...]]] = {}
        self.said: set[str] = set()
        self.edition = 2
        self.nth = 0
        for slot in self.desk.aggregate.slots.values():
            self.forms[slot.rounds[0].request_id] = [(ELDER.child_id,)]

    def hear(self, enquiry: Enquiry, said: tuple[Message, ...]) -> None:
        for one in said:
            if isinstance(one, Asked):
                children = tuple(child.child_id for child in one.family.children)
                assert children
                assert set(children) <= set(enquiry.child_ids)
                self.forms.setdefault(one.request_id, []).append(children)
            if isinstance(one, EnquiryCollated):
                assert one.child_ids == enquiry.child_ids
                assert {tuple(states) for states in one.slots.values()} == {enquiry.child_ids}
                assert tuple(one.slots) == AGENCIES

    def step(self, kind: str, what: Any, how: Any) -> None:
        at = LATER + timedelta(minutes=self.nth)
        self.nth += 1
        if kind == "amend":
            self.edition += 1
            news = amended(self.edition, *what, may_ask=how and bool(what), occurred_at=at)
            said = self.desk.do(heard(HANDLERS.amend_enquiry, news))
        elif kind == "reply":
            rounds = self.desk.aggregate.slots[what].rounds
            request = rounds[min(how, len(rounds)) - 1].request_id
            forms = self.forms[request]
            about = forms[-1 - self.nth % 2 * (len(forms) > 1)]
            reply = answered(what, request, about, f"r-{self.nth}", at=at)
            said = self.desk.do(heard(HANDLERS.record_reply, reply))
            self.said.add(f"r-{self.nth}")
        else:
            said = self.time_runs_out(what, at)
        self.hear(self.desk.aggregate, said)
        self.check()

    def time_runs_out(self, of: str, at: Any) -> tuple[Message, ...]:
        kind = ClockKind.AGENCY_CHECK if of else ClockKind.ENQUIRY
        clock = self.desk.aggregate.clock(kind, of)
        handler = HANDLERS.close_check if of else HANDLERS.close_enquiry
        return self.desk.do(ran_out(handler, clock, at)) if clock else ()

    def check(self) -> None:
        enquiry = self.desk.aggregate
        lines = [
            line.reply_id
            for slot in enquiry.slots.values()
            for one in slot.rounds
            for line in (*one.replies, *one.crossed)
        ]
        assert sorted(lines) == sorted(self.said), "no reply is lost, and none is filed twice"
        for slot in enquiry.slots.values():
            waits = enquiry.clock(ClockKind.AGENCY_CHECK, slot.agency) is not None
            assert waits is (slot.outstanding is not None)
            assert all(not one.is_outstanding for one in slot.rounds[:-1])
            if enquiry.withdrawn_at is None:
                standing = [one for one in slot.rounds if one.taken_back_at is None]
                about = [child for one in standing for child in one.child_ids]
                ours = [child for child in about if child in enquiry.child_ids]
                assert sorted(ours) == sorted(enquiry.child_ids), "each is asked about, and once"
        if not enquiry.outstanding:
            assert enquiry.collated_at is not None
            assert set(enquiry.child_ids) <= set(enquiry.collated_children)


@pytest.mark.rule("H7", "I4", "N11")
@settings(deadline=None, max_examples=150)
@given(steps)
def test_every_child_is_asked_about_once_and_every_reply_kept(taken: list[Any]) -> None:
    way = Way()
    for one in taken:
        way.step(*one)
    for agency in AGENCIES:
        way.step("time", agency, 0)
    assert way.desk.aggregate.collated_at is not None
