"""What each field means: one sentence, the same wherever a field of that name appears.

`Class.field` stands before `field`, for the few names that mean something else in one class.
"""


class NoMeaningError(LookupError):
    """A field has no meaning yet; the sentence says where to write it."""


def meaning_of_field(owner: str, field: str) -> str:
    """Give the meaning of a field of a class; NoMeaningError where nobody has written it."""
    for name in (f"{owner}.{field}", field):
        if name in MEANINGS:
            return MEANINGS[name]
    raise NoMeaningError(f"{owner}.{field} has no meaning yet: write it in catalogue/meanings.py.")


MEANINGS = {
    # every message
    "contact_id": "The contact this belongs to; also the record's key and its `ce_subject`.",
    "council": "The council whose contact it is, by the name of its policy pack.",
    "urgency": "The risk level of the case; it chooses the lane.",
    "occurred_at": "When it happened; also `ce_time`.",
    # contacts and enquiries
    "reference": "The short reference that people quote; it opens nothing.",
    "received_at": "When the hub first received the contact; clocks run from here.",
    "edition": "Counts what is said of the contact; of two messages of a topic the higher holds.",
    "child_ids": "The hub's own ids of the children it is about.",
    "child_id": "The hub's own id of one child.",
    "referrer": "Who raised the worry, and how they can be told.",
    "enquiry_id": "The enquiry: all checks made for one contact.",
    "agencies": "The agencies that are asked, by their names in the council's policy pack.",
    "coordinating_social_worker": "Who puts the replies together.",
    "lawful_basis": "The envelope without which no request leaves for an agency.",
    "family": "The children and their household, as far as known.",
    "concern": "What people are worried about, in the words of the contact.",
    "slots": "How each agency's check ended, by agency.",
    "reply_ids": "The replies that were taken into account.",
    "is_referral": "Whether the referrer is owed a notice: it asks for help or protection.",
    "ended_as": "Where it went instead: a route of the policy, or `signposted` and the like.",
    "told_at_once": "Whether the referrer heard it in the conversation.",
    "route": "Where a known child's contact goes; absent where it no longer goes there.",
    "case_ref": "The case's number in the case system.",
    "joining": "The contact that turned out to be the other part.",
    "own_notice": "Whether its referrer is somebody else, who is told apart.",
    "said": "Everything that contact says, in the form in which intake keeps it.",
    "ContactJoined.immediate_danger": "Whether that contact says that a child is in danger now.",
    "text": "What was written.",
    "by": "The member of staff who did it, by their id.",
    "arising_from": "The contact in which the child was named.",
    "recorded_by": "The member of staff who recorded that contact, by their id.",
    "outstanding": "Work that is still to be done, by its code.",
    "may_ask": "Whether agencies may be asked; where not, what is outstanding stops.",
    "record": "Counts how often the enquiry was put together; the highest holds.",
    "before_any_decision": "What comes before anything is decided to be done for the children.",
    "without_consent_to_service": "Whether help that rests on consent may not be decided on.",
    "referred_by": "Which kind of referrer spoke of the child; decides what consent is asked for.",
    "whereabouts": "Where the child is said to be.",
    "CaseStatusChanged.contact_id": "The case's number, which keeps news of one case in order.",
    "CaseStatusChanged.status": "Whether somebody works with the child now.",
    "worker": "The allocated worker, by their id in the case system.",
    "team": "The team that works, or last worked, with the child.",
    "closed_at": "When the case was closed.",
    "merged_into": "The number of the case under which this one goes on.",
    "date_of_birth_in_part": "The date of birth as far as known: year, month, day.",
    "unborn": "Whether the child is not born yet.",
    "gaps": "Agencies that gave no answer, for whatever reason.",
    # one agency's check
    "request_id": "The request to one agency; the same however often it is delivered.",
    "agency": "The agency, by its name in the council's policy pack.",
    "reply_by": "When the agency's answer is due.",
    "purpose": "What the answer may be used for; no other use is asked for.",
    "request_hash": (
        "SHA-256, in hexadecimal, of the other fields of the request as compact JSON with sorted "
        "keys and only ASCII characters; a reply quotes it unchanged."
    ),
    "reply_id": "The agency's own id of a reply; the same however often it is sent.",
    "state": "How the check ended for this agency.",
    "facts": "What the agency already knows; `information` needs at least one.",
    "analysis": "What the agency makes of its facts; `information` needs it.",
    "declined_reason": "Why the agency does not share; `declined` needs it.",
    "designated_professional": "Who at the agency answers for the reply.",
    "answer": "The agency's reply, checked and entered in the disclosure ledger.",
    "Fact.text": "One fact.",
    "Fact.relevance": "Why the fact matters to these children.",
    # decisions and notices
    "decision_id": "The decision; there is one for each child.",
    "outcome": "The outcome in the form that all councils share.",
    "outcome_code": "The outcome in the council's own code; several may share one form.",
    "policy_version": "The version of the policy pack it was done under.",
    "notice_id": "The notice to the referrer.",
    "attempts": "How often it was handed to a provider.",
    "reason": "Why it cannot be delivered, in a word such as `no_email_address`.",
    # clocks
    "service": "The process that keeps the document.",
    "document_id": "The document whose clocks these are.",
    "document_version": "The version of the document; of two messages the higher one holds.",
    "clocks": "Every clock of the document, open and ended.",
    "Clock.kind": "What is promised.",
    "Clock.of": "Whose promise it is, an agency for example, where there are several of a kind.",
    "Clock.lasts": "How long it runs, in the policy's words; absent where a person set the time.",
    "Clock.part": "Set where it only reminds: it rings when this part of its length is over.",
    "Clock.earlier": "Due times by calendars that held before.",
    "until": "When that calendar was replaced.",
    "Clock.state": "Whether the promise is open or how it ended.",
    "started_at": "When the clock started.",
    "due_at": "When the promise is due.",
    "calendar_version": "The version of the working calendar that gave the due time.",
    "ended_at": "When the clock was met, missed or cancelled.",
    # people
    "full_name": "The person's name as far as known.",
    "date_of_birth": "The date of birth.",
    "gender": "The child's gender as the contact gave it.",
    "nhs_number": "The child's NHS number, ten digits.",
    "school_or_nursery": "Where the child learns or is looked after in the day.",
    "children": "The children the contact is about.",
    "household": "Who else lives with the children.",
    "address": "Where the family lives.",
    "relationship_to_child": "What the person is to the child.",
    "Referrer.kind": "Which kind of referrer; decides what they may be told.",
    "organisation": "The organisation a professional speaks for.",
    "email": "Where they can be told by e-mail.",
    "telephone": "Where they can be told by telephone.",
    "basis": "The ground in law on which the information is asked for.",
    "consent_status": "What is known of the family's consent to share information.",
    "do_not_inform": "The ground on which the family must not learn of it; absent where it may.",
    "override_rationale_recorded": "Whether a manager's reason for overriding is on record.",
}
