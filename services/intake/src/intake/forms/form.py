"""The base of every form, and the plainest of them."""

from pydantic import BaseModel, ConfigDict

from mash_shared.people import Prose


class Form(BaseModel):
    """A form with no field but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Note(Form):
    """Why, in plain words."""

    note: Prose
