"""Forms of a part of a record: what is given changes, what is not given stays, null clears."""

from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from functools import cache
from types import NoneType
from typing import Any, ClassVar, TypeVar, get_args, get_type_hints

from pydantic import GetCoreSchemaHandler, create_model
from pydantic_core import CoreSchema

from intake.forms.form import Form
from mash_shared.vocabulary import FieldRefusedError

T = TypeVar("T")


def without_defaults(schema: dict[str, Any]) -> None:
    """Leave defaults out of a schema: what is not given stays as it was."""
    for field in schema.get("properties", {}).values():
        field.pop("default", None)


class Part(Form):
    """Some fields of a record, each in the form that the record gives it."""

    model_config = Form.model_config | {"json_schema_extra": without_defaults}
    of: ClassVar[type[Any]]


@dataclass(frozen=True, slots=True)
class PartOf:
    """Marks a field of a form that takes a part of a record of this kind."""

    kind: Any

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Give the schema of the part in place of the whole record's."""
        return handler.generate_schema(_part_of(self.kind))


def corrected(was: T, part: Part) -> T:
    """Give a record with what a part names put in place of what was there."""
    return replace(was, **_given(was, part))  # type: ignore[type-var] # of a dataclass


def begun(part: Part) -> Any:
    """Give a record where none was; raises `FieldRefusedError` where what it needs is missing."""
    given = _given(None, part)
    for field in fields(part.of):
        needed = field.default is MISSING and field.default_factory is MISSING
        if needed and given.get(field.name) is None:
            raise FieldRefusedError(field.name, f"{field.name} has to be known.")
    return part.of(**given)


def put(was: Any, value: Any) -> Any:
    """Give what stands where this is put in place of that; a part goes into what was there."""
    if not isinstance(value, Part):
        return value
    return begun(value) if was is None else corrected(was, value)


def _given(was: Any, part: Part) -> dict[str, Any]:
    return {
        name: put(getattr(was, name, None), getattr(part, name)) for name in part.model_fields_set
    }


@cache
def _part_of(kind: Any) -> type[Part]:
    """Make the form of a part; records within the record are taken in part as well."""
    hints = get_type_hints(kind, include_extras=True)
    taken: Any = {one.name: (_in_part(hints[one.name]), None) for one in fields(kind)}
    says = f"{kind.__doc__} What is not given stays as it was; null clears it."
    form = create_model(f"{kind.__name__}Part", __base__=Part, __doc__=says, **taken)
    form.of = kind
    return form


def _in_part(hint: Any) -> Any:
    """Give the part in place of a record that may be missing; anything else as it is."""
    kind, *others = get_args(hint) or (None,)
    optional = others == [NoneType] and isinstance(kind, type) and is_dataclass(kind)
    return _part_of(kind) | None if optional else hint
