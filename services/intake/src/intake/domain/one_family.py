"""That somebody said of children that they are of one family (N11)."""

from dataclasses import dataclass

from intake.domain.facts import KnownChild
from intake.domain.progress import By
from mash_shared.keeping import hash_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OneFamily(By):
    """That somebody who sorts contacts said of these children that they are of one family.

    `children` gives whom that was said of, by what they were known by then: of a child who proves
    to be somebody else nothing was said.
    """

    reason: str
    children: dict[str, str]

    def is_of(self, one: KnownChild) -> bool:
        """Whether it was said of this child as they are known now."""
        return self.children.get(one.child_id) == print_of(one)


def print_of(child: KnownChild) -> str:
    """Give what tells a child, and the label of the family, from another; it names nobody."""
    return hash_of({"known_by": child.known_by, "family": child.family})[:16]
