"""The invented contacts of the demo: enough of each kind, and nobody who could exist."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from mash_local.demo.people import Staff
from mash_local.demo.samples import load_behaviours, load_samples
from mash_local.directory import Directory
from mash_local.services import AGENCIES, POLICIES
from mash_shared.policy import load_packs

SAMPLES = load_samples()
PACKS = load_packs(POLICIES)
# Numbers that Ofcom keeps for drama: London and mobiles.
DRAMA = re.compile(r"020 7946 0\d{3}|07700 900\d{3}")


def every(field: str, value: Any) -> Iterator[Any]:
    """Give whatever stands under this field, however deep."""
    if isinstance(value, dict):
        yield from (found for name, found in value.items() if name == field)
        for inner in value.values():
            yield from every(field, inner)
    if isinstance(value, list):
        for inner in value:
            yield from every(field, inner)


def test_every_council_has_three_contacts_or_more() -> None:
    councils = Counter(sample.council for sample in SAMPLES)
    assert councils.keys() == {pack.council.id for pack in PACKS}
    assert min(councils.values()) >= 3


def test_every_kind_of_referrer_and_level_of_risk_is_there() -> None:
    assert {s.referrer for s in SAMPLES} == {"professional", "public", "anonymous"}
    assert {s.contact["urgency"] for s in SAMPLES} == {"red", "amber"}
    assert {len(s.contact["children"]) for s in SAMPLES} >= {1, 2, 3}
    assert any(s.email is None and s.referrer == "public" for s in SAMPLES)


def test_nobody_in_the_samples_can_exist() -> None:
    for sample in SAMPLES:
        assert all(DRAMA.fullmatch(number) for number in every("telephone", sample.contact))
        assert all(email.endswith(".example") for email in every("email", sample.contact))
        assert all(number.startswith("999") for number in every("nhs_number", sample.contact))
    numbers = [n for sample in SAMPLES for n in every("nhs_number", sample.contact)]
    assert len(numbers) == len(set(numbers))


def test_reasons_and_outcomes_are_those_of_the_council() -> None:
    for sample in SAMPLES:
        pack = PACKS.of(sample.council)
        assert sample.authorise["reason_code"] in pack.gate.reasons
        assert {judged.outcome for judged in sample.decide} <= pack.outcomes.keys()
        assert sample.agencies.keys() <= set(pack.mandatory_agencies)


def test_agencies_are_slow_silent_late_twice_and_unreadable() -> None:
    usual = load_behaviours()
    assert usual.keys() <= set(AGENCIES)
    assert usual["domestic-abuse"]["answer"] == "duplicate"
    assert usual["education"]["delay_seconds"] > 1
    assert any(sample.late for sample in SAMPLES)
    assert any(sample.silent - sample.late for sample in SAMPLES)
    assert any(sample.malformed for sample in SAMPLES)


def test_an_agency_is_silent_only_where_its_time_runs_out_first() -> None:
    assert all(s.contact["urgency"] == "red" for s in SAMPLES if s.silent)


def test_two_people_recommend_and_decide_where_the_policy_asks_for_two() -> None:
    directory = Directory.read()
    for pack in PACKS:
        staff = Staff.of(pack, directory)
        assert (staff.recommender is None) == (not pack.deciding.recommendation_required)
        assert staff.recommender is None or staff.recommender.id != staff.decider.id
