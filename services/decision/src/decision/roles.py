"""Whose act it is to recommend and to decide, and who reads a decision (H3, H4, H5, O9, S1)."""

from datetime import datetime

from mash_shared.policy import Pack
from mash_shared.policy.front_door import NightAct
from mash_shared.vocabulary import MANAGERS, Role


def recommenders(pack: Pack, at: datetime) -> set[Role]:
    """Who recommends, and who does besides while the hub is closed."""
    return {*pack.deciding.recommender_roles, *pack.on_duty(NightAct.RECOMMEND, at)}


def deciders(pack: Pack, at: datetime) -> set[Role]:
    """Who decides, and who does besides while the hub is closed."""
    return {*pack.deciding.decider_roles, *pack.on_duty(NightAct.DECIDE, at)}


def readers(pack: Pack) -> set[Role]:
    """Who reads decisions: whoever recommends or decides, coordinates enquiries, or manages."""
    by_day = {*pack.deciding.recommender_roles, *pack.deciding.decider_roles}
    over = {*MANAGERS, Role.HEAD_OF_SERVICE}
    return {*by_day, *over, *pack.gate.coordinator_roles, pack.out_of_hours.role}
