"""What each topic tells of, who must have a record of it, and who must take it in.

Written out by hand, not taken from the services: the checker must not inherit their mistakes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from mash_local.services import AGENCIES
from support.said import CASES, STAFF, came_from

Raw = dict[str, Any]
ANSWERED = "agency-check.answered.v1"
JOINED = "joined"


@dataclass(frozen=True, slots=True)
class Produced:
    """One kind of message: its owner, what a body tells of, what the owner's state has of it."""

    owner: str
    subjects: Callable[[Raw], Iterable[str]]
    kept: Callable[[Raw], Iterable[str]]


def _field(name: str) -> Callable[[Raw], Iterable[str]]:
    return lambda body: [body[name]] if name in body else []


def _when(condition: Callable[[Raw], Any], name: str = "id") -> Callable[[Raw], Iterable[str]]:
    return lambda state: [state[name]] if condition(state) else []


def _reply_of(body: Raw) -> Iterable[str]:
    answer = body.get("answer") or {}
    return [answer["reply_id"]] if "reply_id" in answer else []


def rounds_of(slot: Raw) -> list[str]:
    """Give every request that an agency had, the newest last."""
    return [asked["request_id"] for asked in slot["rounds"]]


def _slot_of(agency: str) -> Callable[[Raw], Iterable[str]]:
    def kept(state: Raw) -> Iterable[str]:
        slots = [slot for slot in state["slots"].values() if slot["agency"] == agency]
        return [request for slot in slots for request in rounds_of(slot)]

    return kept


def _disclosed(agency: str) -> Callable[[Raw], Iterable[str]]:
    def kept(state: Raw) -> Iterable[str]:
        lines = state.get("disclosures", ())
        return [line["reply_id"] for line in lines if state["agency"] == agency]

    return kept


def _authorised(state: Raw) -> Iterable[str]:
    return [state["authorisation"]["enquiry_id"]] if state["authorisation"] else []


def _route_of(body: Raw) -> Iterable[str]:
    """Name the way and the case; that a route was taken back names neither."""
    named = (body.get("contact_id"), body.get("route"), body.get("case_ref"))
    return [" ".join(map(str, named))] if all(named) else []


def _routed(state: Raw) -> Iterable[str]:
    routes = (way["route_told"] for way in state["ways"].values() if way["route_told"])
    return dict.fromkeys(f"{state['id']} {to['kind']} {to['record_id']}" for to in routes)


def _ready(state: Raw) -> Iterable[str]:
    ways = state["ways"].values() if state["sent_for_decision"] else ()
    return [way["child_id"] for way in ways if way["let_out_at"]]


def _split(state: Raw) -> Iterable[str]:
    to = (way["split_off_to"] for way in state["ways"].values() if way["split_off_to"])
    return dict.fromkeys(to)


def _ended(state: Raw) -> bool:
    """Whether notify is to hear of the end: of a referral."""
    ending = state["ending"]
    referral = state["path"] == "child_concern" and state["alleged_in"] is None
    return bool(ending) and referral


def _joining(body: Raw) -> Iterable[str]:
    """Name the contact that goes on in another; who referred may be said again, and of others."""
    return [] if body["again"] else [body["joining"]]


def _joined(state: Raw) -> bool:
    return bool(state["ending"]) and state["ending"]["ended_as"] == JOINED


def _amended(state: Raw) -> Iterable[str]:
    """Name the enquiry that something was told of after it was let out."""
    return [state["authorisation"]["enquiry_id"]] if state["amendments"] else []


def _told_of_work(state: Raw) -> bool:
    return bool(state["work_told"])


def _requests(state: Raw, agency: str, since: str) -> Iterable[str]:
    """Name the requests to an agency of which something is noted."""
    slots = (slot for slot in state["slots"].values() if slot["agency"] == agency)
    return [asked["request_id"] for slot in slots for asked in slot["rounds"] if asked[since]]


def _noted(agency: str, since: str) -> Callable[[Raw], Iterable[str]]:
    return lambda state: _requests(state, agency, since)


def _handed_over(state: Raw) -> Iterable[str]:
    return [one for agency in AGENCIES for one in _requests(state, agency, "handed_over_at")]


def alleged(state: Raw) -> Iterable[str]:
    """Name the contacts of children who are said to do harm: one for each (N10)."""
    told: dict[str, str] = state["alleged_contacts"]
    return told.values()


def concerns(state: Raw) -> Iterable[str]:
    """Name the contacts of the concerns that were raised from a request (M10)."""
    told: list[str] = state["concerns"]
    return told


def _heard(state: Raw) -> list[str]:
    """Give the notices that arrived; who heard it in conversation needs no word of it."""
    return [one["notice_id"] for one in state["heard"] if not one["in_conversation"]]


def _of_agency(agency: str) -> dict[str, Produced]:
    gateway = f"agency-gateway.{agency}"
    return {
        f"agency-check.requested.{agency}.v1": Produced(
            "enquiry", _field("request_id"), _slot_of(agency)
        ),
        f"agency-check.cancelled.{agency}.v1": Produced(
            "enquiry", _field("request_id"), _noted(agency, "taken_back_at")
        ),
        f"agency-check.amended.{agency}.v1": Produced(
            "enquiry", _field("request_id"), _noted(agency, "amended_at")
        ),
        f"agency.{agency}.amendment.v1": Produced(
            gateway, _field("request_id"), _when(lambda state: state.get("amended_at"))
        ),
        f"agency.{agency}.request.v1": Produced(
            gateway, _field("request_id"), _when(lambda state: state.get("asked_at"))
        ),
        f"agency-check.chased.{agency}.v1": Produced(
            "enquiry", _field("request_id"), _noted(agency, "chased")
        ),
        f"agency.{agency}.cancellation.v1": Produced(
            gateway,
            _field("request_id"),
            _when(lambda state: state.get("asked_at") and state["taken_back_at"]),
        ),
        f"agency.{agency}.receipt.v1": Produced(
            gateway, _field("contact_id"), _when(lambda state: state.get("reference"), "contact_id")
        ),
    }


PRODUCED: dict[str, Produced] = {
    "contact.recorded.v1": Produced(
        "intake", _field("contact_id"), _when(lambda state: state["recorded_at"])
    ),
    "contact.ended.v1": Produced("intake", _field("contact_id"), _when(_ended)),
    "contact.routed.v1": Produced("intake", _route_of, _routed),
    "contact.ready-for-decision.v1": Produced("intake", lambda body: body["child_ids"], _ready),
    "contact.joined.v1": Produced("intake", _joining, _when(_joined)),
    "contact.split.v1": Produced("intake", _field("contact_id"), _split),
    "contact.concern-raised.v1": Produced("intake", _field("contact_id"), concerns),
    "agency-message.recorded.probation.v1": Produced(
        "intake", _field("contact_id"), _when(came_from("probation"), "contact_id")
    ),
    "child.alleged-to-harm.v1": Produced("intake", _field("contact_id"), alleged),
    "enquiry.amended.v1": Produced("intake", _field("enquiry_id"), _amended),
    "contact.work-outstanding.v1": Produced("intake", _field("contact_id"), _when(_told_of_work)),
    "enquiry.authorised.v1": Produced("intake", _field("enquiry_id"), _authorised),
    "enquiry.collated.v1": Produced(
        "enquiry", _field("enquiry_id"), _when(lambda state: state["record"])
    ),
    "agency-check.handed-over.v1": Produced("enquiry", _field("request_id"), _handed_over),
    "enquiry.late-information-received.v1": Produced(
        "enquiry", _field("reply_id"), lambda state: state["late_replies"]
    ),
    "decision.recorded.v1": Produced(
        "decision", _field("decision_id"), _when(lambda state: state["decision"])
    ),
    "notice.delivered.v1": Produced("notify", _field("notice_id"), _heard),
    "notice.failed.v1": Produced("notify", _field("notice_id"), lambda state: state["by_person"]),
    **{kind: rule for agency in AGENCIES for kind, rule in _of_agency(agency).items()},
}

GATEWAYS = tuple(f"agency-gateway.{agency}" for agency in AGENCIES)
KEEPERS = ("enquiry", "decision", "notify", "ops", *GATEWAYS)
CONSUMERS: dict[str, tuple[str, ...]] = {
    "contact.recorded.v1": ("notify",),
    "contact.ended.v1": ("notify",),
    "contact.ready-for-decision.v1": ("decision",),
    "contact.work-outstanding.v1": ("decision",),
    "contact.joined.v1": ("intake",),
    "contact.split.v1": ("intake",),
    "contact.concern-raised.v1": ("intake",),
    "agency.information-shared.v1": ("intake",),
    "agency.enquiry-made.v1": ("intake",),
    "child.alleged-to-harm.v1": ("intake",),
    CASES: ("intake",),
    STAFF: ("intake",),
    "enquiry.amended.v1": ("enquiry",),
    "enquiry.authorised.v1": ("enquiry",),
    ANSWERED: ("enquiry",),
    "agency-check.handed-over.v1": ("enquiry",),
    "agency-check.returned.v1": ("enquiry",),
    "enquiry.collated.v1": ("decision", "intake"),
    "enquiry.late-information-received.v1": ("decision",),
    "decision.recorded.v1": ("intake", "notify"),
    "notice.delivered.v1": ("intake",),
    "notice.failed.v1": ("intake",),
    **{
        kind: (f"agency-gateway.{agency}",)
        for agency in AGENCIES
        for kind in (
            f"agency-check.requested.{agency}.v1",
            f"agency-check.amended.{agency}.v1",
            f"agency-check.cancelled.{agency}.v1",
            f"agency-check.chased.{agency}.v1",
            f"agency.{agency}.reply.v1",
            f"agency.{agency}.information.v1",
            f"agency.{agency}.enquiry.v1",
            f"agency-message.recorded.{agency}.v1",
        )
    },
    **dict.fromkeys((f"clock.changed.{one}.v1" for one in ("intake", *KEEPERS[:3])), ("ops",)),
    "contact.erased.v1": KEEPERS,
    **{f"contact.forgotten.{one}.v1": ("intake",) for one in KEEPERS},
}
"""Who must take in each kind of message; `contact.routed.v1` is for none of ours."""
