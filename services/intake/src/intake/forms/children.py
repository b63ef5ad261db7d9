"""What becomes of one child or one family of a contact (N11)."""

from typing import Annotated

from pydantic import Field

from intake.domain.carried import FamilyApart
from intake.forms.form import Form
from mash_shared.messages import MOST_CHILDREN
from mash_shared.people import Prose, Short

ChildrenNamed = Annotated[tuple[Short, ...], Field(max_length=MOST_CHILDREN)]


class StrikeChild(Form):
    """A child who was recorded by mistake, and why that is sure."""

    child_id: Short
    reason: Prose


class SayOneFamily(Form):
    """That `child_ids`, or all children where none is named, are of one family, and why."""

    reason: Prose
    child_ids: ChildrenNamed = ()


class SplitContact(Form):
    """Which families go to contacts of their own; `concern` is of the one that stays, by label."""

    reason: Prose
    family: Short
    concern: Prose
    families: Annotated[tuple[FamilyApart, ...], Field(min_length=1, max_length=MOST_CHILDREN)]
