"""The work queues of the front door."""

from enum import StrEnum


class Queue(StrEnum):
    """The queues of the front door; a contact may stand in several."""

    DEMOGRAPHIC_CHECKS = "demographic_checks"
    RECORD_COMPLETION = "record_completion"
    CONSENT = "consent"
    FAMILY_DISCUSSIONS = "family_discussions"
    CONSULTATIONS = "consultations"
    QUESTIONS = "questions"
    MATCHES = "matches"
    SPLITTING = "splitting"
    GATE = "gate"
    OVERSIGHT = "oversight"
    SIGN_OFFS = "sign_offs"
    HAND_OVER = "hand_over"
    ASSESSMENT_PROMPTS = "assessment_prompts"
    ALLOCATION = "allocation"
    COORDINATION = "coordination"
    CALL_BACKS = "call_backs"
    WRITTEN_FOLLOW_UPS = "written_follow_ups"
    TASKS = "tasks"
    ANSWERS = "answers"
    BROKEN_GLASS = "broken_glass"
    OUT_OF_HOURS = "out_of_hours"
