"""What a pack says of forms and of requests to the hub, and contradicts itself in (A5, M)."""

import shutil
from pathlib import Path

import pytest

from mash_shared.policy import load_packs
from mash_shared.policy.errors import PackInvalidError

POLICIES = Path(__file__).parents[2] / "deploy" / "policies"
CONTRADICTIONS = [
    ('duties_when_only_told = ["record', 'duties_when_only_told = ["re_record',
     "reverse_enquiries.probation_enquiry.duties_when_only_told", "some of its duties"),
    ('only_told_mode = "notification"', 'only_told_mode = "letter"',
     "reverse_enquiries.probation_enquiry.only_told_mode", "one of its modes"),
    ('of_unknown_child = ["view_on_contact", "referral_advised"]\nthough',
     "of_unknown_child = []\nthough",
     "reverse_enquiries.prison_enquiry.though_unnamed", "say in of_unknown_child"),
    ('service = "early_help"', 'part = "help", service = "early_help"',
     "contact.request_types.early_help.part", "name the form"),
    ('gateway = "probation"', 'gateway = "prison_service"',
     "reverse_enquiries.probation_enquiry.gateway", "an agency that has a gateway"),
    ('gateway = "probation"', 'gateway = "police"',
     "reverse_enquiries.probation_enquiry.gateway", "among the requesters"),
    ('requesters = ["prison_service"]', 'requesters = ["probation"]\ngateway = "probation"',
     "reverse_enquiries.prison_enquiry.gateway", "keep one"),
    ('"notification", "enquiry"]', '"notification"]',
     "reverse_enquiries.probation_enquiry.gateway", "an agency does both"),
    ('only_told_mode = "notification"', "",
     "reverse_enquiries.probation_enquiry.only_told_mode", "or neither"),
]  # fmt: skip


@pytest.mark.rule("A5", "M9", "M10", "O11")
@pytest.mark.parametrize(("old", "new", "key", "fix"), CONTRADICTIONS)
def test_requests_that_contradict_themselves_are_refused(
    tmp_path: Path, old: str, new: str, key: str, fix: str
) -> None:
    for name in ("havering.toml", "stated-defaults.toml"):
        shutil.copy(POLICIES / name, tmp_path / name)
    file = tmp_path / "havering.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PackInvalidError) as invalid:
        load_packs(tmp_path)
    assert any(one.key == key and fix in one.fix for one in invalid.value.problems)
