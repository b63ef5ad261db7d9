"""Who may break glass, by the pack: none of those who look at it, nobody whom it does not name."""

import shutil
from pathlib import Path

import pytest

from mash_shared.policy import PackInvalidError, load_packs

DEPLOYED = Path(__file__).parents[2] / "deploy" / "policies"


@pytest.mark.rule("S12")
@pytest.mark.parametrize(
    ("role", "fix"),
    [("mash_manager", "managers look at what others opened"), ("operations", "a role listed")],
)
def test_glass_is_broken_by_none_but_others_of_the_council(
    tmp_path: Path, role: str, fix: str
) -> None:
    for name in ("stated-defaults", "havering"):
        shutil.copy(DEPLOYED / f"{name}.toml", tmp_path)
    defaults = tmp_path / "stated-defaults.toml"
    said = defaults.read_text(encoding="utf-8")
    named = said.replace('roles = ["mash_administrator", "head', f'roles = ["{role}", "head')
    defaults.write_text(named, encoding="utf-8")
    with pytest.raises(PackInvalidError) as refused:
        load_packs(tmp_path)
    (problem,) = refused.value.problems
    assert (problem.key, fix in problem.fix) == ("break_glass.roles", True)
