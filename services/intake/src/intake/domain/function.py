"""Which of the hub's three functions it serves how a contact, or a child's way in it, ends (O1)."""

from collections.abc import Mapping
from enum import StrEnum

from intake.domain.ending import Ended
from mash_shared.vocabulary import OutcomeKind


class Function(StrEnum):
    """The hub's three functions (O1)."""

    EARLY_INTERVENTION = "early_intervention"
    HARM_REDUCTION = "harm_identification_and_reduction"
    COORDINATION = "co_ordination_of_partners"


FUNCTIONS: Mapping[str, Function] = {
    Ended.SIGNPOSTED: Function.EARLY_INTERVENTION,
    Ended.ADVICE_GIVEN: Function.EARLY_INTERVENTION,
    Ended.TO_ALLOCATED_WORKER: Function.HARM_REDUCTION,
    Ended.TO_LAST_TEAM: Function.HARM_REDUCTION,
    Ended.RETURNED_TO_REFERRER: Function.COORDINATION,
    Ended.TRANSFERRED_TO_OTHER_LA: Function.COORDINATION,
    Ended.REROUTED: Function.COORDINATION,
    Ended.JOINED: Function.COORDINATION,
    Ended.ANSWERED: Function.COORDINATION,
    Ended.NOTED: Function.HARM_REDUCTION,
    OutcomeKind.CP_OR_COMPLEX_ASSESSMENT: Function.HARM_REDUCTION,
    OutcomeKind.CHILD_IN_NEED_ASSESSMENT: Function.HARM_REDUCTION,
    OutcomeKind.EARLY_HELP: Function.EARLY_INTERVENTION,
    OutcomeKind.ADDITIONAL_NEEDS_ASSESSMENT: Function.EARLY_INTERVENTION,
    OutcomeKind.SINGLE_AGENCY_RESPONSE: Function.COORDINATION,
    OutcomeKind.COMMUNITY_SERVICE: Function.EARLY_INTERVENTION,
    OutcomeKind.ADVICE_OR_SIGNPOST: Function.EARLY_INTERVENTION,
    OutcomeKind.NO_FURTHER_ACTION: Function.HARM_REDUCTION,
}
"""The function by how it ends: every ending and every outcome has one.

That nothing more is done is said once harm has been looked for; whoever is sent elsewhere, or
answered, is brought together with a partner.
"""
