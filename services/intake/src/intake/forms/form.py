"""The base of every form, and the plainest of them."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from mash_shared.people import Prose, Short, ShortOrMissing


class Names(StrEnum):
    """Marks a field of a form whose text names something else that intake keeps."""

    STAFF = "staff"
    CONTACT = "contact"
    TEAM = "team"


StaffId = Annotated[Short, Names.STAFF, Field(json_schema_extra={"format": "staff-id"})]
"""Somebody of the council's staff, by the id under which the directory has them."""
StaffIdOrMissing = Annotated[
    ShortOrMissing, Names.STAFF, Field(json_schema_extra={"format": "staff-id"})
]
ContactRef = Annotated[Short, Names.CONTACT]
"""A contact of the same council, by its id."""


TeamOrStaffId = Annotated[
    Short, Names.STAFF, Names.TEAM, Field(json_schema_extra={"format": "staff-id"})
]
"""A team by the name that the case system gives it, or somebody of it by their id."""


class Form(BaseModel):
    """A form with no field but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    def named(self, kind: Names) -> dict[str, str]:
        """Give what its fields name of one kind, by field."""
        fields = type(self).model_fields.items()
        marked = {name: getattr(self, name) for name, field in fields if kind in field.metadata}
        return {name: named for name, named in marked.items() if named is not None}


class Note(Form):
    """Why, in plain words."""

    note: Prose
