"""What each topic tells of, who must have a record of it, and who must take it in.

Written out by hand, not taken from the services: the checker must not inherit their mistakes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from mash_local.services import AGENCIES

Raw = dict[str, Any]
ANSWERED = "agency-check.answered.v1"
CASES = "case.status-changed.v1"
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
    now = [slot["request_id"]] if slot["asked_at"] else []
    return [*slot["earlier_requests"], *now]


def _slot_of(agency: str) -> Callable[[Raw], Iterable[str]]:
    def kept(state: Raw) -> Iterable[str]:
        slots = [slot for slot in state["slots"].values() if slot["agency"] == agency]
        return [request for slot in slots for request in rounds_of(slot)]

    return kept


def _disclosed(agency: str) -> Callable[[Raw], Iterable[str]]:
    def kept(state: Raw) -> Iterable[str]:
        return [line["reply_id"] for line in state["disclosures"] if state["agency"] == agency]

    return kept


def _authorised(state: Raw) -> Iterable[str]:
    return [state["authorisation"]["enquiry_id"]] if state["authorisation"] else []


def _route_of(body: Raw) -> Iterable[str]:
    """Name the way and the case; that a route was taken back names neither."""
    named = (body.get("contact_id"), body.get("route"), body.get("case_ref"))
    return [" ".join(map(str, named))] if all(named) else []


def _routed(state: Raw) -> Iterable[str]:
    route = state["route"]
    return [f"{state['id']} {route['kind']} {route['record_id']}"] if route else []


def _ended(state: Raw) -> bool:
    """Whether notify is to hear of the end: of a referral."""
    ending = state["ending"]
    referral = state["path"] == "child_concern" and state["alleged_in"] is None
    return bool(ending) and referral


def _joined(state: Raw) -> bool:
    return bool(state["ending"]) and state["ending"]["ended_as"] == JOINED


def _amended(state: Raw) -> Iterable[str]:
    """Name the enquiry that something was told of after it was let out."""
    return [state["authorisation"]["enquiry_id"]] if state["amendments"] else []


def _told_of_work(state: Raw) -> bool:
    _, _, children = state["work_told"]
    return bool(children)


def _cancelled_at(agency: str) -> Callable[[Raw], Iterable[str]]:
    def kept(state: Raw) -> Iterable[str]:
        ours = [slot for slot in state["slots"].values() if slot["agency"] == agency]
        earlier = [request for slot in ours for request in slot["earlier_requests"]]
        stopped = [rounds_of(slot)[-1:] for slot in ours if slot["state"] == "cancelled"]
        return [*earlier, *(request for last in stopped for request in last)]

    return kept


def _amended_at(agency: str) -> Callable[[Raw], Iterable[str]]:
    def kept(state: Raw) -> Iterable[str]:
        ours = [slot for slot in state["slots"].values() if slot["agency"] == agency]
        return [request for one in ours for request in one["amended"]]

    return kept


def alleged(state: Raw) -> Iterable[str]:
    """Name the contacts of children who are said to do harm: one for each (N10)."""
    told: list[str] = state["alleged_contacts"]
    return told


def _delivered(state: Raw) -> bool:
    """Whether a mail went out or a person told them; who heard it at once needs no word of it."""
    told = state["attempts"] or state["by_person_because"]
    return state["phase"] == "delivered" and bool(told)


def _of_agency(agency: str) -> dict[str, Produced]:
    gateway = f"agency-gateway.{agency}"
    return {
        f"agency-check.requested.{agency}.v1": Produced(
            "enquiry", _field("request_id"), _slot_of(agency)
        ),
        f"agency-check.cancelled.{agency}.v1": Produced(
            "enquiry", _field("request_id"), _cancelled_at(agency)
        ),
        f"agency-check.amended.{agency}.v1": Produced(
            "enquiry", _field("request_id"), _amended_at(agency)
        ),
        f"agency.{agency}.amendment.v1": Produced(
            gateway, _field("request_id"), _when(lambda state: state["amended_at"])
        ),
        f"agency.{agency}.request.v1": Produced(
            gateway, _field("request_id"), _when(lambda state: state["asked_at"])
        ),
        f"agency.{agency}.cancellation.v1": Produced(
            gateway,
            _field("request_id"),
            _when(lambda state: state["asked_at"] and state["taken_back_at"]),
        ),
    }


PRODUCED: dict[str, Produced] = {
    "contact.recorded.v1": Produced(
        "intake", _field("contact_id"), _when(lambda state: state["recorded_at"])
    ),
    "contact.ended.v1": Produced("intake", _field("contact_id"), _when(_ended)),
    "contact.routed.v1": Produced("intake", _route_of, _routed),
    "contact.ready-for-decision.v1": Produced(
        "intake", _field("contact_id"), _when(lambda state: state["sent_for_decision"])
    ),
    "contact.joined.v1": Produced("intake", _field("joining"), _when(_joined)),
    "child.alleged-to-harm.v1": Produced("intake", _field("contact_id"), alleged),
    "enquiry.amended.v1": Produced("intake", _field("enquiry_id"), _amended),
    "contact.work-outstanding.v1": Produced("intake", _field("contact_id"), _when(_told_of_work)),
    "enquiry.authorised.v1": Produced("intake", _field("enquiry_id"), _authorised),
    "enquiry.collated.v1": Produced(
        "enquiry", _field("enquiry_id"), _when(lambda state: state["record"])
    ),
    "enquiry.late-information-received.v1": Produced(
        "enquiry", _field("reply_id"), lambda state: state["late_replies"]
    ),
    "decision.recorded.v1": Produced(
        "decision", _field("decision_id"), _when(lambda state: state["decision"])
    ),
    "notice.delivered.v1": Produced("notify", _field("notice_id"), _when(_delivered)),
    "notice.failed.v1": Produced(
        "notify", _field("notice_id"), _when(lambda state: state["by_person_because"])
    ),
    **{kind: rule for agency in AGENCIES for kind, rule in _of_agency(agency).items()},
}

CONSUMERS: dict[str, tuple[str, ...]] = {
    "contact.recorded.v1": ("notify",),
    "contact.ended.v1": ("notify",),
    "contact.ready-for-decision.v1": ("decision",),
    "contact.work-outstanding.v1": ("decision",),
    "contact.joined.v1": ("intake",),
    "child.alleged-to-harm.v1": ("intake",),
    CASES: ("intake",),
    "enquiry.amended.v1": ("enquiry",),
    "enquiry.authorised.v1": ("enquiry",),
    ANSWERED: ("enquiry",),
    "enquiry.collated.v1": ("decision",),
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
            f"agency.{agency}.reply.v1",
        )
    },
    **{
        f"clock.changed.{service}.v1": ("ops",)
        for service in ("intake", "enquiry", "decision", "notify")
    },
}
"""Which processes must take in each kind of message.

`contact.routed.v1` is for the council's case system, which is none of ours.
"""


def consumed_by(process: str, body: Raw, kind: str = "") -> list[str]:
    """Name the documents of a process that a message is about."""
    if kind == CASES:
        return [f"known-{body.get('council')}-{body.get('contact_id')}"]
    if process == "decision":
        return list(body.get("child_ids", ()))
    if process.startswith("agency-gateway."):
        return [body["request_id"]] if "request_id" in body else []
    name = "enquiry_id" if process == "enquiry" else "contact_id"
    return [body[name]] if name in body else []
