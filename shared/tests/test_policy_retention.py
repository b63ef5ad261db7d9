"""How long contacts are kept: for every kind, and the graver as long as any that is less so."""

import shutil
from pathlib import Path

import pytest

from mash_shared.policy import PackInvalidError, load_packs
from mash_shared.policy.retention import KeptAs
from mash_shared.testing import packs

DEPLOYED = Path(__file__).parents[2] / "deploy" / "policies"


@pytest.mark.rule("S18")
def test_every_council_says_of_every_kind_how_long_it_is_kept_or_takes_the_default() -> None:
    for pack in packs():
        assert pack.retention.years.keys() == {*KeptAs}
        assert pack.origin("retention") == "stated default"


@pytest.mark.rule("S18")
@pytest.mark.parametrize(
    ("said", "instead", "key", "fix"),
    [
        ("help = 10\n", "", "retention.years", "say also how many years help is kept"),
        ("help = 10", "help = 26", "retention.years", "at least as long as help"),
        ("help = 10", "help = 0", "retention.years.help", "greater than or equal to 1"),
        ('["head_of_service"]', '["operations"]', "retention.agree_roles", "a role listed"),
        ('["mash_manager", "mash_adm', '["operations", "mash_adm', "retention.propose_roles", "a"),
    ],
)
def test_what_leaves_a_kind_out_or_turns_the_order_round_is_refused(
    tmp_path: Path, said: str, instead: str, key: str, fix: str
) -> None:
    for name in ("stated-defaults", "lewisham"):
        shutil.copy(DEPLOYED / f"{name}.toml", tmp_path)
    defaults = tmp_path / "stated-defaults.toml"
    before, section, after = defaults.read_text(encoding="utf-8").partition("[retention]")
    assert said in after
    defaults.write_text(before + section + after.replace(said, instead, 1), encoding="utf-8")
    with pytest.raises(PackInvalidError) as refused:
        load_packs(tmp_path)
    (problem,) = refused.value.problems
    assert problem.key == key
    assert fix in problem.fix
