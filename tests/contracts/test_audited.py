"""What every route is for the audit trail; one that declares nothing is none (S9)."""

import pytest
from fastapi.routing import APIRoute

from mash_shared.audit.line import Kind
from mash_shared.audit.noting import declared
from support.in_process import FACES, face

NOBODYS = {
    ("intake", "/risk-levels"),
    ("intake", "/places"),
    ("intake", "/queues"),
    ("intake", "/figures"),
}
"""Reads that show nothing of anybody: words of the policy, and counts."""
SEARCHES = {("intake", "/contacts/search")}


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, APIRoute]]:
    return [
        (name, route)
        for name in FACES
        for route in face(name, tmp_path_factory.mktemp(name)).app.routes
        if isinstance(route, APIRoute)
    ]


@pytest.mark.rule("S9")
def test_every_route_says_what_it_is_for_the_audit_trail(
    routes: list[tuple[str, APIRoute]],
) -> None:
    assert len(routes) > 40
    for name, route in routes:
        kind = Kind.READ if "GET" in route.methods else Kind.ACT
        if (name, route.path) in NOBODYS:
            kind = Kind.NOBODY
        if (name, route.path) in SEARCHES:
            kind = Kind.SEARCH
        assert declared(route.endpoint) is kind, f"{name} {route.path}"


@pytest.mark.rule("S9")
def test_an_id_in_a_path_is_called_one(routes: list[tuple[str, APIRoute]]) -> None:
    """A part of a path is in the line where its name ends with `_id`."""
    parts = {part for _, route in routes for part in route.param_convertors}
    assert {part for part in parts if not part.endswith("_id")} == {"queue"}
