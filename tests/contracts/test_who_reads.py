"""Every read of every service, by every role: open to those named here and to nobody else (S1)."""

import pytest
from fastapi.routing import APIRoute

from mash_shared.testing import person
from mash_shared.vocabulary import Role
from support.in_process import FACES, Face, face

R = Role
MANAGERS = {R.MASH_MANAGER, R.HEAD_OF_MASH}
NIGHT = R.OUT_OF_HOURS_DUTY_SOCIAL_WORKER
FRONT_DOOR = MANAGERS | {
    *(R.BUSINESS_SUPPORT_OFFICER, R.SCREENING_TEAM, R.SOCIAL_WORKER, NIGHT),
}
SORTING = MANAGERS | {R.SOCIAL_WORKER, NIGHT}
EVERYBODY = set(Role)
READS = {
    ("intake", "/risk-levels"): EVERYBODY,
    ("intake", "/places"): EVERYBODY,
    ("intake", "/queues"): EVERYBODY,
    ("intake", "/contacts/{contact_id}"): FRONT_DOOR,
    ("intake", "/contacts/{contact_id}/history"): SORTING,
    ("intake", "/contacts/{contact_id}/answer"): SORTING,
    ("intake", "/contacts/{contact_id}/access"): MANAGERS,
    ("intake", "/queues/{queue}"): MANAGERS,
    ("intake", "/top-families"): SORTING,
    ("intake", "/staff"): FRONT_DOOR,
    ("intake", "/figures"): MANAGERS,
    ("enquiry", "/enquiries/{enquiry_id}"): MANAGERS | {R.SOCIAL_WORKER},
    ("agency-gateway", "/requests/{request_id}"): MANAGERS | {R.SOCIAL_WORKER},
    ("decision", "/decisions/{decision_id}"): (
        MANAGERS | {R.SOCIAL_WORKER, R.HEAD_OF_SERVICE, NIGHT}
    ),
    ("notify", "/notices/{contact_id}"): MANAGERS | {R.MASH_ADMINISTRATOR},
    ("ops", "/clocks"): MANAGERS | {R.OPERATIONS},
    ("ops", "/clocks/{contact_id}"): MANAGERS | {R.OPERATIONS},
}
"""In Havering; of the queues that of managers' oversight stands for all."""
NAMED = {"queue": "oversight"}
QUERIES = {"/figures": "?from=2026-W11"}


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Face]:
    return {name: face(name, tmp_path_factory.mktemp(name)) for name in FACES}


def _where(path: str) -> str:
    for part in ("contact_id", "enquiry_id", "request_id", "decision_id", "queue"):
        path = path.replace(f"{{{part}}}", NAMED.get(part, "c-nobody-has"))
    return path + QUERIES.get(path, "")


def test_no_read_is_missing_here(faces: dict[str, Face]) -> None:
    there = {
        (name, route.path)
        for name, one in faces.items()
        for route in one.app.routes
        if isinstance(route, APIRoute) and "GET" in route.methods
    }
    assert there == READS.keys()


@pytest.mark.rule("S1", "F14")
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("service", "path"), READS)
async def test_a_read_is_for_its_roles(
    faces: dict[str, Face], service: str, path: str, role: Role
) -> None:
    async with faces[service].client(person(role)) as client:
        answer = await client.get(_where(path))
    entitled = role in READS[service, path]
    unavailable = answer.status_code >= 500  # figures and clocks ask a database that is not here
    assert entitled is (answer.status_code != 403), answer.text
    assert entitled or not unavailable


@pytest.mark.rule("S1")
@pytest.mark.parametrize(("service", "path"), READS)
async def test_whoever_holds_no_role_reads_nothing_about_people(
    faces: dict[str, Face], service: str, path: str
) -> None:
    async with faces[service].client(person()) as client:
        answer = await client.get(_where(path))
    assert (answer.status_code == 403) is (READS[service, path] != EVERYBODY), answer.text
