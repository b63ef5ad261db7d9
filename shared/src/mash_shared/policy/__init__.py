"""Policy packs: everything in which councils differ, as data that is checked when it is loaded.

A pack is one TOML file per council under `deploy/policies`; its README explains how to write one.
"""

from mash_shared.policy.errors import PackInvalidError, PackProblem, UnknownCouncilError
from mash_shared.policy.hours import Duration
from mash_shared.policy.loading import PolicyPacks, load_packs
from mash_shared.policy.pack import Pack

__all__ = [
    "Duration",
    "Pack",
    "PackInvalidError",
    "PackProblem",
    "PolicyPacks",
    "UnknownCouncilError",
    "load_packs",
]
