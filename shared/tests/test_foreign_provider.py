"""Signing in with a provider that is not ours, on a real socket (S10)."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from mash_local.ports import free_ports
from mash_shared.audit.line import Kind
from mash_shared.http.access import Relation, access, program
from mash_shared.http.api import SignedIn, api, router
from mash_shared.identity import KeysUnreachableError, Tokens, load_providers
from mash_shared.identity.keys import AGAIN_AFTER, FRESH
from mash_shared.testing import memory_audit, packs, unlimited
from mash_shared.vocabulary import Machine
from support.foreign_provider import ForeignProvider, foreign_provider
from support.signing import Clock
from toy.hub import Toy

PEOPLE = (
    {"sub": "p-1", "groups": ["Hub managers", "Choir"], "org": "havering", "amr": ["pwd", "mfa"]},
    {"sub": "p-2", "groups": ["Hub managers"], "org": "lewisham", "amr": ["mfa"]},
    {"sub": "p-3", "amr": ["mfa"]},
    {"sub": "p-4", "groups": ["Hub managers"], "org": "havering", "amr": ["pwd"]},
    {"sub": "web-forms", "groups": ["Hub managers"], "org": "havering"},
)
AWAY = {
    "title": "Sign-in cannot be checked",
    "status": 503,
    "detail": str(KeysUnreachableError()),
    "errors": [],
}


@pytest.fixture(scope="module")
def port() -> int:
    [port] = free_ports(1)
    return port


@pytest.fixture
def there(port: int) -> Iterator[ForeignProvider]:
    with foreign_provider(port, PEOPLE) as running:
        yield running


def _named(folder: Path, there: ForeignProvider) -> Path:
    file = folder / "providers.toml"
    file.write_text(
        f"""
        [[provider]]
        issuer = "{there.issuer}"
        audience = "mash"
        councils = ["havering", "redbridge"]
        algorithms = ["RS256"]
        types = ["JWT"]
        longest_life = 3600
        second_factor.amr = ["mfa"]
        machines."web-forms" = "forms"
        keys_url = "{there.keys_url}"
        claims = {{roles = "groups", council = "org"}}
        roles = {{"Hub managers" = "mash_manager"}}
        """
    )
    return file


class Hub:
    """An API whose people come from that provider, and the hub's time."""

    def __init__(self, folder: Path, there: ForeignProvider) -> None:
        file = _named(folder, there)
        self.clock = Clock(datetime.now(UTC))
        routes = router()

        @routes.get("/me")
        @access(Kind.NOBODY, Relation.NONE, None)
        async def me(person: SignedIn) -> dict[str, Any]:
            return {"id": person.id, "council": person.council, "roles": sorted(person.roles)}

        @routes.get("/program")
        @program(Machine.FORMS, Kind.NOBODY, Relation.NONE)
        async def program_asks(person: SignedIn) -> dict[str, Any]:
            return {"id": person.id, "council": person.council, "roles": sorted(person.roles)}

        tokens = Tokens(load_providers(file, self.clock), self.clock)
        self.app = api("Me", "Says who asks.", tokens, memory_audit(), unlimited(), packs(), routes)

    async def asked(self, authorization: str, path: str = "/me") -> httpx.Response:
        """Ask who it is that asks."""
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://hub.example") as client:
            return await client.get(path, headers={"authorization": authorization})


@pytest.mark.rule("S10")
async def test_whoever_signs_in_there_is_known_here(tmp_path: Path, there: ForeignProvider) -> None:
    answer = await Hub(tmp_path, there).asked(there.sign_in("p-1"))
    assert (answer.status_code, answer.json()) == (
        200,
        {"id": f"{there.issuer}#p-1", "council": "havering", "roles": ["mash_manager"]},
    )


@pytest.mark.rule("S10")
async def test_a_program_is_itself_and_asks_what_is_a_programs(
    tmp_path: Path, there: ForeignProvider
) -> None:
    """The provider grants no client credentials; a token that it gives has the same claims."""
    hub, program, person = Hub(tmp_path, there), there.sign_in("web-forms"), there.sign_in("p-1")
    taken = await hub.asked(program, "/program")
    assert (taken.status_code, taken.json()) == (
        200,
        {"id": f"{there.issuer}#machine:web-forms", "council": "havering", "roles": []},
    )
    for token, path in ((program, "/me"), (person, "/program")):
        answer = await hub.asked(token, path)
        assert (answer.status_code, answer.json()["title"]) == (403, "Not entitled")


@pytest.mark.rule("S1", "S10")
async def test_whom_it_may_not_speak_for_and_what_is_for_others_is_refused(
    tmp_path: Path, there: ForeignProvider
) -> None:
    hub = Hub(tmp_path, there)
    for token, sentence in (
        (there.sign_in("p-2"), "The token's issuer does not speak for that council."),
        (there.sign_in("p-3"), "The token names no council."),
        (there.sign_in("p-4"), "The token does not say that a second factor was asked for."),
        (there.sign_in("p-1", "payroll"), "The token was made for somebody else than the hub."),
    ):
        answer = await hub.asked(token)
        assert (answer.status_code, answer.json()["detail"]) == (401, sentence)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.rule("S10")
async def test_it_changes_its_key_goes_away_and_comes_back(tmp_path: Path, port: int) -> None:
    with foreign_provider(port, PEOPLE) as there:
        hub = Hub(tmp_path, there)
        old = there.sign_in("p-1")
        assert (await hub.asked(old)).status_code == 200
    with foreign_provider(port, PEOPLE) as there:
        new = there.sign_in("p-1")
        assert (await hub.asked(new)).status_code == 200
        assert (await hub.asked(old)).status_code == 401
    hub.clock.pass_(2 * FRESH)
    assert (await hub.asked(new)).status_code == 200
    late = Hub(tmp_path, there)
    away = await late.asked(new)
    assert (away.status_code, away.json()) == (503, AWAY)
    assert away.headers["retry-after"] == "30"
    with foreign_provider(port, PEOPLE) as there:
        newest = there.sign_in("p-1")
        for one in (hub, late):
            one.clock.pass_(AGAIN_AFTER)
            assert (await one.asked(newest)).status_code == 200


@pytest.mark.engines
@pytest.mark.parametrize("is_there", [True, False])
async def test_readiness_names_sign_in_and_acts_are_served_for_the_other_councils(
    toy: Toy, tmp_path: Path, port: int, *, is_there: bool
) -> None:
    with foreign_provider(port, PEOPLE) if is_there else nullcontext():
        file = _named(tmp_path, ForeignProvider(port))
        async with toy.running(token_keys=None, providers=file) as process:
            ready = await process._ready()
            assert [check for check, holds in ready.items() if not holds] == (
                [] if is_there else ["sign_in"]
            )
            assert all((await process._serving_acts()).values())
