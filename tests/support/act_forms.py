"""A form for each act on a contact, as it is posted; everybody is invented."""

from collections.abc import Mapping
from typing import Any

from support.over_http import ASKING

AT = "2026-03-11T09:40:00Z"
NOTE = {"note": "The mother rang."}
FAMILY = "talk_to_family.family"
TEAM = {"to": "Assessment team 2", "acknowledged_by": "sw-4022"}
PLACE = {"to": "school_admissions", "acknowledged_by": "sw-4022"}
CONSENT = {"consent": {"status": "refused"}}
OVERRIDE = {"ground": "significant_harm_public_interest", "rationale": "Why.", "evidence": "What."}
CONCERN = {"urgency": "amber", "concern": "A worry.", "children": [{}]}
CONCERN |= {"consent": {"status": "not_sought"}}
ACTION = {"what": "Visit.", "due_at": "2026-03-12T12:00:00Z"}

SPLIT = {
    "reason": "No siblings.", "family": "A", "concern": "She was there.",
    "families": [{"family": "B", "child_ids": ["c9-1"], "concern": "So was he."}],
}  # fmt: skip
FORMS: Mapping[str, Mapping[str, Any]] = {
    "demographic-check": {"result": "confirmed"},
    "completion": {},
    "written-follow-up": {"received_at": AT, "text": "The form."},
    "joining": {"earlier": "c0"},
    "attachments": {"kind": "plan", "title": "Plan", "kept_at": "dms/1"},
    "family-told": {"what": "What the hub is."},
    "consent": CONSENT,
    "consent-override": OVERRIDE,
    "consent-withdrawal": NOTE,
    "family-discussion": NOTE,
    "match-decisions": {"record_id": "c0", "same": True, "reason": "Seen."},
    "assessment-prompt": {"assess": True, "reason": "The third."},
    "ending-sign-off": {"agrees": True, "reason": "Seen."},
    "day-acceptance": NOTE,
    "child-strike": {"child_id": "c9-1", "reason": "A friend."},
    "one-family": {"reason": "Their mother says so."},
    "split": SPLIT,
    "oversight": {"note": "Seen.", "actions": [ACTION]},
    "hand-over": TEAM,
    "rerouting": PLACE,
    "allocation": {"social_worker": "sw-4021"},
    "signposting": {"to": "library"},
    "advice": {"advice": "Talk to the parents."},
    "return-to-referrer": NOTE,
    "enquiry-authorisation": ASKING,
    "coordinator": {"coordinating_social_worker": "sw-4022", "reason": "On leave."},
    "agency-times": {"times": [{"agency": "police", "minutes": 60}], "reason": "He is out."},
    "decision-request": {"reason": "All is known."},
    "call-back": {"what": "Which class?"},
    "task-acceptance": {"task_id": FAMILY},
    "task-completion": {"task_id": FAMILY, "note": "Spoken to."},
    "placement": NOTE,
    "answer": {"known": "known", "basis": "public_task"},
    "concern": CONCERN,
    "break-glass": {"reason_code": "child_in_danger", "reason": "A&E asks."},
    "break-glass-review": {"number": 1, "justified": True, "note": "Seen."},
}
"""By the path of the act below the contact."""

RETENTION: Mapping[str, Mapping[str, Any]] = {
    "hold": {"reason": "An inquiry asks for it."},
    "hold-lifting": {"reason": "The inquiry is over."},
    "erasure-proposal": {"ground": "request_upheld", "note": "Upheld."},
    "erasure": {"agrees": True, "note": "Read."},
}
"""The same, of how long a contact is kept."""
