"""What each topic tells of, who must have a record of it, and who must take it in.

Written out by hand, not taken from the services: the checker must not inherit their mistakes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from mash_local.services import AGENCIES

Raw = dict[str, Any]


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


def _slot_of(agency: str) -> Callable[[Raw], Iterable[str]]:
    def kept(state: Raw) -> Iterable[str]:
        return [slot["request_id"] for slot in state["slots"].values() if slot["agency"] == agency]

    return kept


def _disclosed(agency: str) -> Callable[[Raw], Iterable[str]]:
    def kept(state: Raw) -> Iterable[str]:
        return [line["reply_id"] for line in state["disclosures"] if state["agency"] == agency]

    return kept


def _authorised(state: Raw) -> Iterable[str]:
    return [state["authorisation"]["enquiry_id"]] if state["authorisation"] else []


def _of_agency(agency: str) -> dict[str, Produced]:
    gateway = f"agency-gateway.{agency}"
    return {
        f"agency-check.requested.{agency}.v1": Produced(
            "enquiry", _field("request_id"), _slot_of(agency)
        ),
        f"agency.{agency}.request.v1": Produced(
            gateway, _field("request_id"), _when(lambda state: state["asked_at"])
        ),
    }


PRODUCED: dict[str, Produced] = {
    "contact.recorded.v1": Produced(
        "intake", _field("contact_id"), _when(lambda state: state["recorded_at"])
    ),
    "enquiry.authorised.v1": Produced("intake", _field("enquiry_id"), _authorised),
    "enquiry.collated.v1": Produced(
        "enquiry", _field("enquiry_id"), _when(lambda state: state["collated_at"])
    ),
    "enquiry.late-information-received.v1": Produced(
        "enquiry", _field("reply_id"), lambda state: state["late_replies"]
    ),
    "decision.recorded.v1": Produced(
        "decision", _field("decision_id"), _when(lambda state: state["decision"])
    ),
    "notice.delivered.v1": Produced(
        "notify", _field("notice_id"), _when(lambda state: state["phase"] == "delivered")
    ),
    "notice.failed.v1": Produced(
        "notify", _field("notice_id"), _when(lambda state: state["by_person_because"])
    ),
    **{kind: rule for agency in AGENCIES for kind, rule in _of_agency(agency).items()},
}
ANSWERED = "agency-check.answered.v1"

CONSUMERS: dict[str, tuple[str, ...]] = {
    "contact.recorded.v1": ("notify",),
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
        for kind in (f"agency-check.requested.{agency}.v1", f"agency.{agency}.reply.v1")
    },
    **{
        f"clock.changed.{service}.v1": ("ops",)
        for service in ("intake", "enquiry", "decision", "notify")
    },
}
"""Which processes must take in each kind of message."""


def consumed_by(process: str, body: Raw) -> list[str]:
    """Name the documents of a process that a message is about."""
    if process == "decision":
        return list(body.get("child_ids", ()))
    if process.startswith("agency-gateway."):
        return [body["request_id"]] if "request_id" in body else []
    name = "enquiry_id" if process == "enquiry" else "contact_id"
    return [body[name]] if name in body else []
