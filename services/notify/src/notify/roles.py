"""Who tells referrers, and who reads what they were told (K1, S1)."""

from mash_shared.policy import Pack
from mash_shared.rights import Right
from mash_shared.vocabulary import MANAGERS, Role


def senders(pack: Pack) -> set[Role]:
    """Who tells a referrer what no machine could."""
    return {*pack.notices.sender_roles, Role.MASH_MANAGER}


def readers(pack: Pack) -> set[Role]:
    """Who reads notices."""
    return {*senders(pack), *MANAGERS}


READ = Right(readers, "read a notice")
