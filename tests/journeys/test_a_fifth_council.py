"""A council that nobody has heard of comes by one file, and its contacts go the whole way."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mash_local.services import BY_NAME, POLICIES
from mash_local.stack import Stack
from support.hub import Hub, Play
from support.outside import Outside

DECIDING = 'decider_roles = ["social_worker"]\nrecommendation_required = false'
TOLD = "[clocks.referrer_told]\nred = {{ hours = {0} }}\nother = {{ hours = {0} }}"


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The four councils' packs and Marshwood's: two agencies, one decider, twelve hours."""
    folder = tmp_path_factory.mktemp("policies") / "packs"
    shutil.copytree(POLICIES, folder)
    text = (folder / "havering.toml").read_text(encoding="utf-8")
    for old, new in (
        ('id = "havering"', 'id = "marshwood"'),
        ("London Borough of Havering", "Marshwood District Council"),
        (
            'mandatory = ["police", "health", "education", "probation", "domestic-abuse"]',
            'mandatory = ["police", "health"]',
        ),
        ('"deciding.recommendation_required",', ""),
        ('decider_roles = ["mash_manager"]', DECIDING),
        (TOLD.format(24), TOLD.format(12)),
        ('early_help = { name = "Early Help", kind', 'early_help = { name = "Marsh Help", kind'),
    ):
        assert old in text, old
        text = text.replace(old, new)
    (folder / "marshwood.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def stack(policies: Path) -> Iterator[Stack]:
    env = {name: {f"{one.prefix}POLICIES": str(policies)} for name, one in BY_NAME.items()}
    with Stack(ready_seconds=180, env=env) as started:
        yield started


@pytest.mark.rule("O15", "F9")
def test_its_contact_travels_from_recording_to_notice(stack: Stack, policies: Path) -> None:
    hub = Hub(stack, policies)
    (play,) = hub.play([Play(council="marshwood", urgency="amber")])
    outside = Outside(stack)
    enquiry = outside.documents("enquiry")[f"enq-{play.contact_id}"]["state"]
    notice = outside.documents("notify")[play.contact_id]["state"]
    decision = outside.documents("decision")[play.child_ids[0]]["state"]
    assert set(enquiry["slots"]) == {"police", "health"}
    assert decision["recommendation"] is not None
    assert notice["phase"] == "delivered"
    assert notice["clocks"][0]["lasts"] == "12 hours"
    assert decision["decision"]["policy_version"].startswith("marshwood/")
    assert len(outside.mails()) == 1
    outside.close()
    hub.close()
