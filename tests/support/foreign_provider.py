"""An OpenID provider that nobody here wrote, in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpx

HOST = "127.0.0.1"
BACK = "https://hub.example/back"


class ForeignProvider:
    """The provider while it runs; each start makes it a key of its own."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://{HOST}:{port}"
        self.keys_url = f"{self.issuer}/jwks"

    def sign_in(self, sub: str, audience: str = "mash") -> str:
        """Have somebody sign in, as a browser and a program would; give the header to send."""
        with httpx.Client(base_url=self.issuer) as browser:
            asking = {"client_id": audience, "redirect_uri": BACK, "scope": "openid"}
            went = browser.post(
                "/oauth2/authorize", params=asking | {"response_type": "code"}, data={"sub": sub}
            )
            code = httpx.URL(went.headers["location"]).params["code"]
            given = {"grant_type": "authorization_code", "code": code, "client_secret": "any"}
            answer = browser.post("/oauth2/token", data=asking | given).raise_for_status()
        return f"Bearer {answer.json()['id_token']}"


@contextmanager
def foreign_provider(port: int, people: Sequence[dict[str, Any]]) -> Iterator[ForeignProvider]:
    """Run the provider; `people` are those who can sign in, by their claims."""
    known = [part for one in people for part in ("--user-claims", json.dumps(one))]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *known]
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert running.stderr is not None
        assert any("Uvicorn running" in line for line in running.stderr), "it did not start"
        yield ForeignProvider(port)
    finally:
        running.terminate()
        running.communicate()
