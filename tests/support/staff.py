"""The people whom tests play on a stack, as its councils' directory has them."""

from collections.abc import Iterable

from mash_local.directory import Directory, Member
from mash_shared.vocabulary import CouncilId, Role


def staff_id(role: str) -> str:
    """Give the id of whoever plays a role, in any council."""
    return f"person-{role}"


TEAMS = ("Team 2", "Team 5")
"""The teams of every council's social worker."""
COORDINATOR = staff_id(Role.SOCIAL_WORKER)


def playing(councils: Iterable[str]) -> Directory:
    """Give a directory in which each council has one person in each role."""
    return Directory(
        [
            Member(
                id=staff_id(role),
                council=CouncilId(council),
                display_name=f"Invented {role}",
                roles=(role,),
                teams=TEAMS if role is Role.SOCIAL_WORKER else (),
                registration_number="SW99900",
            )
            for council in councils
            for role in Role
        ]
    )
