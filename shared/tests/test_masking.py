"""What is shown of a parked record: its shape, and nothing that anybody wrote."""

import json

from hypothesis import given
from hypothesis import strategies as st

from mash_shared.parked.masking import masked, masked_body, masked_headers
from mash_shared.plumbing.logs import hashed

SECRET = "Ada Example of 1 Example Street"


def test_masking_keeps_what_has_the_form_of_its_field_and_hides_everything_else() -> None:
    id_ = "5f" * 16
    said = {
        "contact_id": id_,
        "enquiry_id": "Ada Fenwick",
        "council": "havering and the family lives there",
        "children": [{"full_name": SECRET, "nhs_number": 9990000000, "unborn": True}],
        "urgency": "red",
        "occurred_at": "2026-11-27T10:00:00+00:00",
        "due_at": "tomorrow",
        "version": "7 Quarry Lane",
        SECRET: {"lane": "red"},
        "text": None,
    }
    assert masked(said) == {
        "contact_id": id_,
        "enquiry_id": hashed("Ada Fenwick"),
        "council": "<text of 35 characters>",
        "children": [
            {
                "full_name": f"<text of {len(SECRET)} characters>",
                "nhs_number": "<number>",
                "unborn": True,
            }
        ],
        "urgency": "red",
        "occurred_at": "2026-11-27T10:00:00+00:00",
        "due_at": "<text of 8 characters>",
        "<field 8, 7 characters>": "<text of 13 characters>",
        f"<field 9, {len(SECRET)} characters>": {"lane": "red"},
        "text": None,
    }


@given(name=st.text(min_size=1, max_size=40), value=st.text(min_size=1, max_size=60))
def test_no_name_or_value_of_anybodys_making_is_shown(name: str, value: str) -> None:
    secret = f"Ada {value}"
    shown = json.dumps(
        [
            masked({f"{name} Fenwick": secret, **dict.fromkeys(("contact_id", "council"), secret)}),
            masked_headers([(f"Fenwick {name}", secret.encode()), ("ce_id", secret.encode())]),
            masked_headers([("ce_type", secret.encode()), ("traceparent", secret.encode())]),
        ]
    )
    assert "Ada" not in shown
    assert "Fenwick" not in shown


def test_of_what_is_no_message_only_its_size_is_shown() -> None:
    assert SECRET not in masked_body(SECRET.encode())
    assert masked_body(b"{").startswith("<1 bytes, not JSON, sha256 021fb596")
    assert masked_body(None) == "<no body>"
    assert masked_body(b"[" * 100_000).startswith("<100000 bytes, not JSON")
