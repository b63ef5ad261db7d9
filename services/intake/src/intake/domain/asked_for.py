"""What of a contact the database is asked for, and so is not sealed (S7)."""

ASKED_FOR = {
    "state": "a code, by which unsettled contacts are found",
    "waiting": "the queues that it waits in, and since when",
    "call_back_of": "an agency's code, by which its call-backs are found",
    "workers": "ids of staff, by which what they work on is found",
    "figures": "codes and minutes, which the database counts",
    "referrals": "a number, by which families that came again are found",
    "harm_level": "a number, by which they are put in order",
    "look_wanted": "yes or no, by which work is found",
    "is_news": "yes or no, by which work is found",
    "staff_wanted": "yes or no, by which work is found",
}
"""Each field with what it holds: none has a person's words."""
