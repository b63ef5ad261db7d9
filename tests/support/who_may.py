"""Who may do and see what in each council, written by hand: nothing here is taken from the hub.

A name stands for the same people in every council, or for whom its pages, or else the stated
defaults, name. Of the state of a case nothing is said here: that can only make it less.
"""

from collections.abc import Collection, Mapping

from mash_shared.vocabulary import Role

R = Role
HAVERING, LEWISHAM, REDBRIDGE, WALTHAM = "havering", "lewisham", "redbridge", "waltham-forest"
COUNCILS = (HAVERING, LEWISHAM, REDBRIDGE, WALTHAM)
NIGHT, WORKER = R.OUT_OF_HOURS_DUTY_SOCIAL_WORKER, R.SOCIAL_WORKER
MANAGERS = frozenset({R.MASH_MANAGER, R.HEAD_OF_MASH})
Who = Mapping[str, Collection[Role]]


def _same(*roles: Role) -> Who:
    return dict.fromkeys(COUNCILS, roles)


def _but(roles: Collection[Role], **others: Collection[Role]) -> Who:
    return dict.fromkeys(COUNCILS, roles) | others


ANYBODY = _same(*Role)
NO_PERSON = _same()
OFFICER = R.INFORMATION_GOVERNANCE_OFFICER
MANAGING = _same(*MANAGERS)
ANSWERING = _same(OFFICER, R.HEAD_OF_MASH)
WATCHING = _same(OFFICER, *MANAGERS)
FRONT_DOOR = _same(*MANAGERS, R.BUSINESS_SUPPORT_OFFICER, R.SCREENING_TEAM, WORKER, NIGHT)
HUB = _same(*FRONT_DOOR[HAVERING], R.MASH_ADMINISTRATOR, R.HEAD_OF_SERVICE)
LOOKING = _same(*HUB[HAVERING], OFFICER)
SORTING = _but({*MANAGERS, WORKER, NIGHT}, redbridge={*MANAGERS, R.SCREENING_TEAM, NIGHT})
BY_DAY = _but({*MANAGERS, WORKER}, redbridge={*MANAGERS, R.SCREENING_TEAM})
DUTIES = _but({*MANAGERS, WORKER, NIGHT}, redbridge={*SORTING[REDBRIDGE], WORKER})
RECORDING = {council: {*DUTIES[council], R.BUSINESS_SUPPORT_OFFICER} for council in COUNCILS}
GATE = _but({R.MASH_MANAGER}, lewisham={*MANAGERS, WORKER}, redbridge={R.HEAD_OF_MASH})
OVERRIDING = _but({R.MASH_MANAGER}, redbridge={R.HEAD_OF_MASH})
TIMING = _but({R.MASH_MANAGER}, redbridge={R.HEAD_OF_MASH})
WORKING = _same(WORKER)
DECIDING = _but({R.MASH_MANAGER}, lewisham={WORKER}, redbridge={R.HEAD_OF_MASH})
OF_ENQUIRIES = _same(*MANAGERS, WORKER)
OF_DECISIONS = _same(*MANAGERS, WORKER, NIGHT, R.HEAD_OF_SERVICE)
OF_NOTICES = _same(*MANAGERS, R.MASH_ADMINISTRATOR)
TELLING = _same(R.MASH_MANAGER, R.MASH_ADMINISTRATOR)
OF_CLOCKS = _same(*MANAGERS, R.OPERATIONS)
BREAKING = _same(R.MASH_ADMINISTRATOR, R.HEAD_OF_SERVICE)

HOLDING = _same(R.MASH_MANAGER, R.HEAD_OF_SERVICE)
PROPOSING = _same(R.MASH_MANAGER, R.MASH_ADMINISTRATOR)
AGREEING = _same(R.HEAD_OF_SERVICE)
OF_RETENTION = _same(*MANAGERS, R.MASH_ADMINISTRATOR, R.HEAD_OF_SERVICE)

ONE = "/contacts/{contact_id}"
SERVICES = ("intake", "enquiry", "agency-gateway", "decision", "notify", "ops")
WHO_MAY: Mapping[tuple[str, str, str], Who] = {
    ("intake", "GET", "/risk-levels"): ANYBODY,
    ("intake", "GET", "/places"): ANYBODY,
    ("intake", "GET", "/queues"): ANYBODY,
    ("intake", "GET", "/queues/{queue}"): FRONT_DOOR,
    ("intake", "GET", "/top-families"): DUTIES,
    ("intake", "GET", "/staff"): FRONT_DOOR,
    ("intake", "GET", "/figures"): MANAGING,
    ("intake", "GET", ONE): FRONT_DOOR,
    ("intake", "GET", f"{ONE}/history"): DUTIES,
    ("intake", "GET", f"{ONE}/answer"): DUTIES,
    ("intake", "POST", "/contacts"): RECORDING,
    ("intake", "POST", "/group-contacts"): RECORDING,
    ("intake", "POST", "/contacts/search"): LOOKING,
    ("intake", "POST", "/form-contacts"): NO_PERSON,
    ("intake", "PATCH", ONE): RECORDING,
    ("intake", "POST", f"{ONE}/demographic-check"): RECORDING,
    ("intake", "POST", f"{ONE}/completion"): WORKING,
    ("intake", "POST", f"{ONE}/written-follow-up"): RECORDING,
    ("intake", "POST", f"{ONE}/joining"): RECORDING,
    ("intake", "POST", f"{ONE}/attachments"): RECORDING,
    ("intake", "POST", f"{ONE}/family-told"): RECORDING,
    ("intake", "POST", f"{ONE}/consent"): RECORDING,
    ("intake", "POST", f"{ONE}/consent-override"): OVERRIDING,
    ("intake", "POST", f"{ONE}/consent-withdrawal"): RECORDING,
    ("intake", "POST", f"{ONE}/family-discussion"): SORTING,
    ("intake", "POST", f"{ONE}/match-decisions"): SORTING,
    ("intake", "POST", f"{ONE}/assessment-prompt"): SORTING,
    ("intake", "POST", f"{ONE}/ending-sign-off"): MANAGING,
    ("intake", "POST", f"{ONE}/day-acceptance"): BY_DAY,
    ("intake", "POST", f"{ONE}/child-strike"): SORTING,
    ("intake", "POST", f"{ONE}/one-family"): SORTING,
    ("intake", "POST", f"{ONE}/split"): SORTING,
    ("intake", "POST", f"{ONE}/oversight"): MANAGING,
    ("intake", "POST", f"{ONE}/hand-over"): SORTING,
    ("intake", "POST", f"{ONE}/rerouting"): SORTING,
    ("intake", "POST", f"{ONE}/allocation"): SORTING,
    ("intake", "POST", f"{ONE}/signposting"): RECORDING,
    ("intake", "POST", f"{ONE}/advice"): SORTING,
    ("intake", "POST", f"{ONE}/return-to-referrer"): SORTING,
    ("intake", "POST", f"{ONE}/enquiry-authorisation"): GATE,
    ("intake", "POST", f"{ONE}/coordinator"): GATE,
    ("intake", "POST", f"{ONE}/agency-times"): TIMING,
    ("intake", "POST", f"{ONE}/decision-request"): GATE,
    ("intake", "POST", f"{ONE}/call-back"): FRONT_DOOR,
    ("intake", "POST", f"{ONE}/task-acceptance"): FRONT_DOOR,
    ("intake", "POST", f"{ONE}/task-completion"): FRONT_DOOR,
    ("intake", "POST", f"{ONE}/placement"): SORTING,
    ("intake", "POST", f"{ONE}/answer"): DUTIES,
    ("intake", "POST", f"{ONE}/concern"): RECORDING,
    ("intake", "POST", f"{ONE}/break-glass"): BREAKING,
    ("intake", "POST", f"{ONE}/break-glass-review"): MANAGING,
    ("intake", "GET", "/retention"): OF_RETENTION,
    ("intake", "GET", f"{ONE}/retention"): OF_RETENTION,
    ("intake", "POST", f"{ONE}/hold"): HOLDING,
    ("intake", "POST", f"{ONE}/hold-lifting"): HOLDING,
    ("intake", "POST", f"{ONE}/erasure-proposal"): PROPOSING,
    ("intake", "POST", f"{ONE}/erasure"): AGREEING,
    ("enquiry", "GET", "/enquiries/{enquiry_id}"): OF_ENQUIRIES,
    ("agency-gateway", "GET", "/requests/{request_id}"): OF_ENQUIRIES,
    ("decision", "GET", "/decisions/{decision_id}"): OF_DECISIONS,
    ("decision", "POST", "/decisions/{decision_id}/recommendation"): WORKING,
    ("decision", "POST", "/decisions/{decision_id}/outcome"): DECIDING,
    ("notify", "GET", "/notices/{contact_id}"): OF_NOTICES,
    ("notify", "POST", "/notices/{contact_id}/told-by-person"): TELLING,
    ("ops", "GET", "/clocks"): OF_CLOCKS,
    ("ops", "GET", "/clocks/{contact_id}"): OF_CLOCKS,
    ("intake", "GET", "/cases/{case_id}/held"): ANSWERING,
    **{(one, "GET", f"{ONE}/held"): ANSWERING for one in SERVICES},
    **{(one, "GET", f"{ONE}/access"): WATCHING for one in SERVICES},
}
"""By service, method and path."""

SEARCHES = {("intake", "POST", "/contacts/search")}
OF_NOBODY = {("intake", "GET", path) for path in ("/risk-levels", "/places", "/queues", "/figures")}
"""What shows nothing of anybody: words of the policy, and counts."""
WHY_ASKED = {
    *SEARCHES,
    ("intake", "POST", f"{ONE}/enquiry-authorisation"),
    ("intake", "POST", f"{ONE}/break-glass"),
}
"""Where a reason is asked for by its code."""
BROKEN_GLASS_SHOWS = {("intake", "GET", ONE), ("intake", "GET", f"{ONE}/history")}
