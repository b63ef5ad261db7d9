"""Checkpoints hold for the key that signed them and for what it signed (S9)."""

import pytest
from joserfc.jwk import OKPKey

from mash_shared.audit.checkpoints import NotACheckpointError, checkpoint, vouched_for
from mash_shared.audit.line import Head
from mash_shared.testing import NOW

pytestmark = pytest.mark.rule("S9")
KEY, OTHER = OKPKey.generate_key("Ed25519"), OKPKey.generate_key("Ed25519")
HEAD = Head(chain="intake-0.1", number=7, hash="a" * 64)


def test_a_checkpoint_says_where_chains_ended() -> None:
    made = [checkpoint({"intake-audit": [HEAD]}, KEY, NOW) for _ in range(2)]
    assert vouched_for(made, [OTHER, KEY]) == {"intake-audit": [HEAD, HEAD]}


@pytest.mark.parametrize(
    "line",
    ["", "nothing", checkpoint({}, OTHER, NOW)],
    ids=["empty", "no checkpoint", "another key"],
)
def test_what_was_signed_with_another_key_or_not_at_all_is_none(line: str) -> None:
    with pytest.raises(NotACheckpointError, match="Checkpoint 2"):
        vouched_for([checkpoint({}, KEY, NOW), line], [KEY])


def test_a_checkpoint_that_was_changed_is_none() -> None:
    header, said, signature = checkpoint({"intake-audit": [HEAD]}, KEY, NOW).split(".")
    with pytest.raises(NotACheckpointError):
        vouched_for([f"{header}.{said[:-4]}AAAA.{signature}"], [KEY])
