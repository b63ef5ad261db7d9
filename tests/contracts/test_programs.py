"""What a program that signs in as itself may ask, of all that there is to ask (S10)."""

import pytest
from fastapi.routing import APIRoute

from mash_shared.identity.provider import STAND_IN_FORMS
from mash_shared.testing import person
from support.in_process import FACES, face

ITS_OWN = {("POST", "/form-contacts")}


@pytest.mark.rule("S10")
@pytest.mark.parametrize("service", FACES)
async def test_a_program_is_let_in_by_its_own_routes_only(
    service: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    one = face(service, tmp_path_factory.mktemp(service))
    routes = [route for route in one.app.routes if isinstance(route, APIRoute)]
    let_in = set()
    async with one.client(person(id=STAND_IN_FORMS)) as client:
        client.headers["idempotency-key"] = "any-key-will-do"
        client.headers["if-match"] = '"1"'
        for route in routes:
            where = route.path.replace("{", "").replace("}", "")
            (method,) = route.methods
            answer = await client.request(method, where, json={})
            told = answer.json()
            if (answer.status_code, told["detail"]) != (403, "Only people may ask this."):
                let_in.add((method, route.path))
    assert routes
    assert let_in == (ITS_OWN if service == "intake" else set())
