"""Whatever is known of a family is taken over HTTP and read back as it was said (B3)."""

import asyncio
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.domain.facts import FactGroup, Knowledge, YesNo
from intake.forms.contact import RecordContact, SaidInFull
from mash_shared.testing import packs
from mash_shared.vocabulary import Channel
from support.front_door import MANAGER
from support.in_process import Face, face
from support.over_http import OF_NOBODY

HAVERING = packs().of("havering")
SCRIPTS = st.characters(categories=["L", "N", "P", "S"], include_characters=" ")
texts = st.text(SCRIPTS, min_size=1, max_size=40).map(str.strip).filter(bool)
dates = st.sampled_from(["2016", "2016-02", "2016-02-29", "2019-02-31", "1958-12-01"])
yes_no = st.sampled_from([one.value for one in YesNo])
flags = st.booleans()


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any of some fields: there, there and empty, or not there."""
    return st.fixed_dictionaries({}, optional=fields)


def known(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


def several(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(values, max_size=3)


background = {
    "ethnicity": known(texts),
    "first_language": known(texts),
    "religion": known(texts),
}
child = some(
    full_name=known(texts),
    date_of_birth=known(dates),
    unborn=flags,
    gender=known(texts),
    nhs_number=known(st.sampled_from(["9990000018", "9990000026"])),
    school_or_nursery=known(texts),
    address=known(texts),
    special_needs=known(texts),
    communication_means=known(texts),
    vulnerabilities=several(texts),
    **background,
)
adult = some(
    full_name=known(texts),
    date_of_birth=known(dates),
    relationship_to_child=known(texts),
    address=known(texts),
    **background,
)
perpetrator = some(
    full_name=known(texts),
    date_of_birth=known(dates),
    relationship_to_child=known(texts),
    whereabouts=known(texts),
    is_child=flags,
)
help_wanted = some(
    discussed_with_family=yes_no,
    best_placed_provider=known(texts),
    services_involved=several(texts),
    why_not_enough=known(texts),
    early_help_assessment=known(st.sampled_from(["none", "in_progress", "completed"])),
)
circumstances = some(
    disabled_child=known(some(assessment_requested_by_parent=flags, pressures=known(texts))),
    parent_carer=known(some(requested=flags)),
    young_carer=known(
        some(
            possible_needs=flags,
            requested_by=known(st.sampled_from(["young_carer", "parent"])),
            cared_for=known(texts),
        )
    ),
    extra_familial_harm=known(some(context=known(texts))),
    remand=known(some(accommodation=known(texts))),
    mother_and_baby_unit=known(
        st.fixed_dictionaries({"home_authority": texts, "prison_authority": texts})
    ),
)
FACTS: dict[str, st.SearchStrategy[Any]] = {
    "children": st.lists(child, min_size=1, max_size=3),
    "household": several(adult),
    "parental_responsibility": several(adult),
    "address": known(texts),
    "alleged_perpetrators": several(perpetrator),
    "parents_aware": yes_no,
    "parents_agree": yes_no,
    "significant_harm": yes_no,
    "knowledge": st.dictionaries(
        st.sampled_from([one.value for one in FactGroup]),
        st.sampled_from([one.value for one in Knowledge]),
    ),
    "attestations": st.lists(st.sampled_from(sorted(HAVERING.contact.attestations)), unique=True),
    "threshold_level": known(texts),
    "help_wanted": known(help_wanted),
    "circumstances": circumstances,
}
contacts = some(
    **FACTS,
    channel=st.sampled_from([one.value for one in Channel]),
    urgency=st.sampled_from(["red", "amber"]),
    concern=texts,
)


@cache
def _intake(folder: Path) -> Face:
    return face("intake", folder)


async def _record_and_read(intake: Face, said: dict[str, Any]) -> dict[str, Any]:
    async with intake.client(MANAGER) as client:
        headers = {"idempotency-key": uuid4().hex}
        recorded = await client.post("/contacts", json=OF_NOBODY | said, headers=headers)
        assert recorded.status_code == 201, recorded.text
        read = await client.get(recorded.headers["location"])
    assert read.json() == recorded.json()
    shown: dict[str, Any] = read.json()
    return shown


def test_every_fact_of_the_form_may_be_there_or_not() -> None:
    assert FACTS.keys() == SaidInFull.model_fields.keys() | {"children"}


@pytest.mark.rule("B3", "B4", "B5", "B6", "B7", "B8", "B9", "B10", "B12")
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(contacts)
def test_any_part_of_the_facts_in_any_state_is_taken_and_read_back_unchanged(
    tmp_path_factory: pytest.TempPathFactory, said: dict[str, Any]
) -> None:
    intake = _intake(tmp_path_factory.getbasetemp())
    intake.store.raws.clear()
    shown = asyncio.run(_record_and_read(intake, said))
    meant = RecordContact.model_validate(OF_NOBODY | said).model_dump(mode="json")
    for one in shown["children"]:
        assert one.pop("child_id").startswith(shown["contact_id"])
    assert meant["knowledge"].items() <= shown["knowledge"].items()
    assert shown["knowledge"].keys() == {group.value for group in FactGroup}
    for name in (*FACTS.keys() - {"knowledge"}, "channel", "urgency", "concern"):
        assert shown[name] == meant[name], name


@pytest.mark.rule("B3")
@pytest.mark.parametrize("group", FactGroup)
@pytest.mark.parametrize("state", Knowledge)
async def test_each_group_is_known_unknown_refused_or_not_asked(
    tmp_path_factory: pytest.TempPathFactory, group: FactGroup, state: Knowledge
) -> None:
    intake = _intake(tmp_path_factory.getbasetemp())
    shown = await _record_and_read(intake, {"knowledge": {group.value: state.value}})
    assert shown["knowledge"][group.value] == state.value
    others = {known for name, known in shown["knowledge"].items() if name != group.value}
    assert others == {"not_asked"}
