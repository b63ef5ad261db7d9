"""What people decide of a match, and of the prompt that follows (E)."""

from intake.forms.form import Form
from mash_shared.people import Prose, Short, ShortOrMissing


class DecideMatch(Form):
    """Whether a record is of the same child or family, and why (E).

    `child_id` says of which child of the contact; it is needed where a case may be that of several.
    """

    record_id: Short
    child_id: ShortOrMissing = None
    same: bool
    reason: Prose


class AnswerPrompt(Form):
    """Whether a Child & Family Assessment is to be done, and why (E4)."""

    assess: bool
    reason: Prose
