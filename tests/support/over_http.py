"""Forms as they are posted at intake; everybody is invented."""

OF_NOBODY = {
    "channel": "phone",
    "urgency": "red",
    "received_at": "2026-03-11T09:20:00Z",
    "concern": "A neighbour hears crying every night.",
    "referrer": {"kind": "public"},
    "consent": {"status": "not_possible"},
}
"""A contact but for its children."""
CONTACT = OF_NOBODY | {"children": [{"full_name": "Tobias Fenwick-Adair"}]}
ASKING = {
    "reason_code": "need_unclear",
    "reason": "Nothing is known of the second adult.",
    "coordinating_social_worker": "sw-4021",
}
