"""Whose act it is to recommend and to decide, and who reads a decision (H3, H4, H5, O9, S1)."""

from collections.abc import Collection

from mash_shared.policy import Pack
from mash_shared.rights import Right
from mash_shared.vocabulary import MANAGERS, Role


def recommenders(pack: Pack) -> Collection[Role]:
    """Who recommends by day."""
    return pack.deciding.recommender_roles


def deciders(pack: Pack) -> Collection[Role]:
    """Who decides by day."""
    return pack.deciding.decider_roles


def readers(pack: Pack) -> set[Role]:
    """Who reads decisions: whoever recommends or decides, coordinates enquiries, or manages."""
    by_day = {*recommenders(pack), *deciders(pack)}
    over = {*MANAGERS, Role.HEAD_OF_SERVICE}
    return {*by_day, *over, *pack.gate.coordinator_roles, pack.out_of_hours.role}


READ = Right(readers, "read a decision")
