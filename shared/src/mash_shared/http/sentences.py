"""What is wrong with a field, said plainly: one translation of what pydantic finds."""

from collections.abc import Mapping
from typing import Any

_SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is not a field that is known here",
    "unexpected_keyword_argument": "is not a field that is known here",
    "string_type": "must be text",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "is not of the form that is wanted here",
    "too_short": "must have at least {min_length} of them, not {actual_length}",
    "too_long": "must have at most {max_length} of them",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "dict_type": "must be an object with fields",
    "model_type": "must be an object with fields",
    "model_attributes_type": "must be an object with fields",
    "dataclass_type": "must be an object with fields",
    "timezone_aware": "must say its time zone, Z for example",
    "datetime_type": "must be a date and time, 2026-03-11T09:20:00Z for example",
    "datetime_parsing": "must be a date and time, 2026-03-11T09:20:00Z for example",
    "datetime_from_date_parsing": "must be a date and time, 2026-03-11T09:20:00Z for example",
    "enum": "must be one of {expected}",
    "literal_error": "must be one of {expected}",
    "greater_than_equal": "must not be less than {ge}",
    "less_than_equal": "must not be more than {le}",
    "less_than": "must be less than {lt}",
    "value_error": "{error}",
}
NOT_WANTED = "is not what is wanted here"


def sentence(kind: str, context: Mapping[str, Any]) -> str:
    """Say what is wrong, by the kind of error; never the value."""
    if kind in ("string_too_short", "too_short") and context.get("min_length") == 1:
        return "must not be empty"
    try:
        return _SENTENCES.get(kind, NOT_WANTED).format(**context)
    except KeyError:
        return NOT_WANTED
