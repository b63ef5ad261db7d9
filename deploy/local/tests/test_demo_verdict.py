"""The verdict of the demo: silent about a run that went well, one sentence for each fault."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console

from mash_local.demo.evidence import Decided, Evidence, Found, Parked, Promise
from mash_local.demo.report import print_report
from mash_local.demo.samples import Sample
from mash_local.demo.verdict import verdict

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DEAD_LETTERS = "dead-letter.agency-gateway.health"


def sample(agencies: dict[str, Any] | None = None, *, kind: str = "professional") -> Sample:
    email = None if kind == "anonymous" else "t@school.example"
    return Sample(
        council="havering",
        title="A worry",
        received_minutes_ago=5,
        contact={"urgency": "red", "children": [{}], "referrer": {"kind": kind, "email": email}},
        authorise={},
        decide=({"outcome": "early_help", "rationale": "r"},),
        agencies=agencies or {},
    )


def promise(kind: str, of: str = "", state: str = "met") -> Promise:
    late = timedelta(minutes=1 if state == "missed" else -1)
    return Promise(kind=kind, of=of, due_at=NOON, ended_at=NOON + late, state=state)


def found(one: Sample | None = None, **changes: Any) -> Found:
    one = one or sample()
    owed = one.referrer != "anonymous"
    silent, never = one.silent, one.silent - one.late
    asked = ("police", "health")
    checks = [promise("agency_check", a, "missed" if a in silent else "met") for a in asked]
    told = [promise("referrer_told")] if owed else []
    record = promise("contact_record")
    decided = Decided(
        outcome="early_help",
        as_decided=True,
        review_needed=bool(one.late),
        late_replies=len(one.late),
    )
    well = Found(
        sample=one,
        reference="HAV-AAAAA-BBBBB",
        owed=owed,
        state="closed",
        slots={a: "no_reply_by_deadline" if a in silent else "information" for a in asked},
        asked=dict.fromkeys(asked, 1),
        disclosed={a: 0 if a in never else 1 for a in asked},
        decided=[decided],
        notice="delivered" if owed else "not_owed",
        mails=["t@school.example"] if owed else [],
        promises=[*checks, promise("enquiry"), promise("decision"), *told, record],
    )
    return replace(well, **changes)


def judged(*everything: Found, **changes: Any) -> list[str]:
    mails = sum(len(one.mails) for one in everything)
    return verdict(replace(Evidence(found=everything, mails=mails), **changes))


SILENT = sample({"health": {"answer": "silence"}})
LATE = sample({"health": {"answer": "information", "delay_seconds": 12600}})
MALFORMED = sample({"health": {"answer": "malformed", "then": {"answer": "information"}}})
PARKED = Parked(topic=DEAD_LETTERS, kind="contract", reason="no", origin="o", contact_id="c")


@pytest.mark.parametrize("one", [None, SILENT, LATE, sample(kind="anonymous")])
def test_a_run_that_went_well_has_nothing_wrong(one: Sample | None) -> None:
    assert judged(found(one)) == []


def test_what_would_have_rung_at_closing_time_is_no_promise() -> None:
    by_day = promise("chase", "closing", state="cancelled")
    assert judged(replace(found(), promises=[*found().promises, by_day])) == []


def test_a_malformed_reply_must_be_parked_once_with_its_reason() -> None:
    contact = found(MALFORMED)
    assert judged(contact, parked=[PARKED]) == []
    assert judged(contact) == [f"0 records are parked on {DEAD_LETTERS} instead of 1."]
    assert judged(found(), parked=[PARKED]) == [
        f"1 records are parked on {DEAD_LETTERS} instead of 0."
    ]
    assert judged(contact, parked=[replace(PARKED, reason="")]) == [
        f"A record on {DEAD_LETTERS} has no reason."
    ]


def with_promise(one: Found, changed: Promise) -> Found:
    others = [p for p in one.promises if (p.kind, p.of) != (changed.kind, changed.of)]
    return replace(one, promises=[*others, changed])


PASSED_OFF = replace(promise("decision"), ended_at=NOON + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("one", "part"),
    [
        (found(state="decided", waits_for="the notice"), "lost on the way: it ended as decided"),
        (found(state="", waits_for=""), "never recorded"),
        (found(trouble="POST answered 500."), "answered 500"),
        (found(sample().model_copy(update={"retried": True})), "did not give the same contact"),
        (found(asked={"police": 2, "health": 1}), "police was asked twice"),
        (found(asked={"police": 1}), "health was asked not at all"),
        (found(asked={"police": 1, "health": 1, "probation": 1}), "did not select it"),
        (found(disclosed={"police": 2, "health": 1}), "police were counted twice"),
        (found(slots={"police": "information", "health": None}), "does not show it"),
        (found(decided=[]), "0 of 1 children"),
        (found(mails=["t@school.example"] * 2), "written to twice instead of once"),
        (found(mails=[]), "written to not at all"),
        (found(mails=["other@post.example"]), "another address"),
        (found(sample(kind="anonymous"), mails=["t@school.example"]), "instead of not at all"),
        (found(notice="by_person"), "ended as by_person instead of delivered"),
        (found(promises=found().promises[1:]), "1 clocks of agency_check instead of 2"),
        (with_promise(found(), PASSED_OFF), "shown as met: a silent miss"),
        (with_promise(found(), promise("decision", state="missed")), "decision is missed"),
        (with_promise(found(SILENT), promise("agency_check", "health")), "a silent miss"),
        (
            with_promise(found(), replace(promise("enquiry"), state="open", ended_at=None)),
            "still runs",
        ),
    ],
)
def test_each_fault_is_one_clear_sentence(one: Found, part: str) -> None:
    sentences = judged(one)
    assert len(sentences) == 1
    assert part in sentences[0]


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"as_decided": False}, "changed after it was recorded"),
        ({"outcome": "advice"}, "decided was early_help, recorded is advice"),
        ({"review_needed": False}, "a review was not asked for"),
        ({"late_replies": 0}, "0 late replies are kept, 1 came"),
    ],
)
def test_a_late_reply_asks_for_a_review_and_changes_no_decision(
    changes: dict[str, Any], part: str
) -> None:
    well = found(LATE)
    sentences = judged(replace(well, decided=[replace(well.decided[0], **changes)]))
    assert len(sentences) == 1
    assert part in sentences[0]


def test_a_mail_that_belongs_to_nobody_is_seen() -> None:
    assert judged(found(), mails=2) == ["1 mails belong to no contact of this run."]


def test_what_the_play_itself_could_not_do_is_said() -> None:
    assert judged(found(), trouble=["It was too slow."]) == ["It was too slow."]


def test_the_report_names_every_contact_and_says_what_is_wrong() -> None:
    console = Console(record=True, width=120, file=io.StringIO())
    evidence = Evidence(found=[found(LATE), found(sample(kind="anonymous"))], parked=[PARKED])
    print_report(console, evidence, ["One thing."])
    text = console.export_text()
    for part in ("HAV-AAAAA-BBBBB", "agency check health", "not owed", DEAD_LETTERS, "One thing."):
        assert part in text
