"""People of one council at intake, over HTTP, one request at a time."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx

from mash_local.stack import Stack
from support.campaign import until
from support.hub import Hub
from support.names import child_of
from support.staff import COORDINATOR, staff_id

GIVEN = {"status": "given", "given_by": "parent", "given_by_name": "Orla Fenwick"}
GIVEN |= {"consent_to_service": "yes"}


class FrontDesk:
    """People of one council at intake."""

    def __init__(self, stack: Stack, hub: Hub, council: str) -> None:
        self._stack, self.council, self.pack = stack, council, hub.pack(council)
        self._url = stack.addresses["intake"]

    def send(
        self, role: str, method: str, path: str, body: Any = None, key: str = "", **headers: str
    ) -> httpx.Response:
        """Send one request in a role."""
        token = self._stack.token(role=role, person=staff_id(role), council=self.council)
        own = {"authorization": f"Bearer {token}", "idempotency-key": key or uuid4().hex}
        return httpx.request(method, f"{self._url}{path}", json=body, headers=own | headers)

    def form(self, *, kind: str = "professional", **changes: Any) -> dict[str, Any]:
        """Give a contact of somebody nobody knows."""
        received = self._stack.time.now() - timedelta(minutes=2)
        return {
            "channel": "phone",
            "urgency": "amber",
            "received_at": received.isoformat(),
            "concern": "An invented worry.",
            "children": [child_of(uuid4().hex)],
            "referrer": {"kind": kind},
            "consent": GIVEN if kind == "professional" else {"status": "not_expected"},
        } | changes

    def record(self, **changes: Any) -> dict[str, Any]:
        """Record a contact, and check who its children are."""
        role = self.pack.contact.first_recorders[0]
        answer = self.send(role, "POST", "/contacts", self.form(**changes))
        assert answer.status_code == httpx.codes.CREATED, answer.text
        recorded: dict[str, Any] = answer.json()
        check = self.act(role, recorded, "demographic-check", {"result": "confirmed"})
        assert check.is_success, check.text
        return recorded

    def authorise(self, contact: dict[str, Any]) -> httpx.Response:
        """Let its enquiry go out."""
        form = {
            "reason_code": next(iter(self.pack.gate.reasons)),
            "reason": "To be decided together.",
            "coordinating_social_worker": COORDINATOR,
        }
        return self.act(self.pack.gate.roles[0], contact, "enquiry-authorisation", form)

    def act(
        self, role: str, contact: dict[str, Any], path: str, form: dict[str, Any]
    ) -> httpx.Response:
        """Do something with a contact."""
        return self.send(role, "POST", f"/contacts/{contact['contact_id']}/{path}", form)

    def correct(self, contact: dict[str, Any], **changes: Any) -> None:
        """Put something right as it stands, whatever the hub notes of it meanwhile."""
        role, path = self.pack.contact.first_recorders[0], f"/contacts/{contact['contact_id']}"
        form = {"why": "They rang."} | changes

        def is_taken() -> bool:
            version = self.send(role, "GET", path).json()["version"]
            answer = self.send(role, "PATCH", path, form, **{"if-match": f'"{version}"'})
            changed_meanwhile = answer.status_code == httpx.codes.PRECONDITION_FAILED
            assert answer.is_success or changed_meanwhile, answer.text
            return answer.is_success

        until(is_taken, "corrected as it stood when it was read")
