"""Whom a token speaks of, for how long, and the sentence for each that does not hold (S10)."""

from datetime import timedelta
from typing import Any

import pytest

from mash_local.tokens import TokenIssuer
from mash_shared.act import Person
from mash_shared.identity import NotSignedInError, Provider, Tokens
from mash_shared.identity.keys import FileKeys
from mash_shared.identity.provider import Places, SecondFactor
from mash_shared.vocabulary import Machine, Role
from support.signing import ISSUER, LIFE, START, Clock, Signer, provider, refused

INCOMPLETE = "The token does not say all of iss, aud, sub, exp and iat."
TOO_LONG = "The token holds for longer than is allowed."
ONE_FACTOR = "The token does not say that a second factor was asked for."
NOT_YET = "The token does not hold yet."
NOW = int(START.timestamp())


@pytest.mark.rule("S10")
async def test_a_person_is_whom_the_councils_provider_vouches_for(
    signer: Signer, keys: FileKeys
) -> None:
    person = await Tokens([provider(keys)], signer.clock).person(signer.token())
    assert person == Person(
        id=f"{ISSUER}#p-1", council="havering", roles=frozenset({Role.MASH_MANAGER})
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"iss": "https://sign-in.elsewhere.example"}, "The token's issuer is none whose"),
        ({"iss": None}, "The token's issuer is none whose"),
        ({"iss": [ISSUER]}, "The token's issuer is none whose"),
        ({"aud": "payroll"}, "The token was made for somebody else than the hub."),
        ({"aud": ["payroll", "mail"]}, "The token was made for somebody else than the hub."),
        ({"aud": None}, INCOMPLETE),
        ({"sub": None}, INCOMPLETE),
        ({"iat": None}, INCOMPLETE),
        ({"exp": None}, INCOMPLETE),
        ({"exp": "tomorrow"}, "The token says something that cannot be read."),
        ({"exp": NOW - 31, "iat": NOW - 3600}, "The token has expired."),
        ({"exp": NOW - 30, "iat": NOW - 3600}, "The token has expired."),
        ({"nbf": NOW + 31}, NOT_YET),
        ({"iat": NOW + 31, "exp": NOW + 60}, NOT_YET),
        ({"exp": NOW + 3601}, TOO_LONG),
        ({"exp": float("inf")}, "The token says something that cannot be read."),
        ({"iat": float("nan")}, "The token does not hold yet."),
        ({"acr": None}, ONE_FACTOR),
        ({"acr": "1"}, ONE_FACTOR),
        ({"acr": 2}, ONE_FACTOR),
        ({"acr": None, "amr": ["2"]}, ONE_FACTOR),
        ({"acr": None, "sub": "web-forms-2"}, ONE_FACTOR),
        ({"sub": "machine:web-forms"}, "The token names no person as the hub can keep them."),
        ({"sub": 7}, "The token says something that cannot be read."),
        ({"sub": "p 1\0"}, "The token names no person as the hub can keep them."),
        ({"sub": "p" * 200}, "The token names no person as the hub can keep them."),
    ],
)
@pytest.mark.rule("S10")
async def test_a_token_that_says_something_else_is_refused_by_its_sentence(
    signer: Signer, keys: FileKeys, changes: dict[str, Any], sentence: str
) -> None:
    assert (await refused(keys, signer.token(**changes))).startswith(sentence)


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": ["payroll", "mash"]},
        {"acr": ["1", "2"]},
        {"exp": NOW - 29, "iat": NOW - 3600},
        {"nbf": NOW + 30},
        {"exp": NOW + 3600},
    ],
)
async def test_up_to_its_bounds_a_token_holds(
    signer: Signer, keys: FileKeys, changes: dict[str, Any]
) -> None:
    assert await Tokens([provider(keys)], signer.clock).person(signer.token(**changes))


@pytest.mark.rule("S1", "S10")
async def test_an_issuer_speaks_for_its_own_councils_only(signer: Signer, keys: FileKeys) -> None:
    places = Places(roles=("groups",), council=("org", "council"))
    two = provider(keys, places=places, councils=frozenset({"havering", "redbridge"}))
    tokens = Tokens([two], signer.clock)
    person = await tokens.person(signer.token(org={"council": "redbridge"}))
    assert person.council == "redbridge"
    for org, sentence in (
        ({"council": "lewisham"}, "The token's issuer does not speak for that council."),
        ({"council": ["havering"]}, "The token names no council."),
        ("havering", "The token names no council."),
    ):
        with pytest.raises(NotSignedInError, match=sentence):
            await tokens.person(signer.token(org=org))


async def test_roles_are_those_that_the_file_translates(signer: Signer, keys: FileKeys) -> None:
    tokens = Tokens([provider(keys)], signer.clock)
    for said, roles in (
        ("Hub managers", {Role.MASH_MANAGER}),
        (["mash_manager", 7, None, ["Hub managers"]], set()),
        ({"Hub managers": True}, set()),
        (None, set()),
    ):
        assert (await tokens.person(signer.token(groups=said))).roles == roles


async def test_a_registration_number_is_written_as_the_register_does(
    signer: Signer, keys: FileKeys
) -> None:
    places = Places(roles=("groups",), registration=("swe",))
    tokens = Tokens([provider(keys, places=places)], signer.clock)
    for said, written in (("sw 99-901", "SW99901"), ("none", None), (None, None)):
        assert (await tokens.person(signer.token(swe=said))).registration_number == written


@pytest.mark.rule("S10", "X1")
async def test_people_of_two_issuers_are_two_people_and_one_of_two_tokens_is_one(
    signer: Signer, keys: FileKeys
) -> None:
    other = Signer(issuer="https://sign-in.redbridge.example")
    both = [provider(keys), provider(keys, issuer=other.issuer)]
    tokens = Tokens(both, signer.clock)
    first = await tokens.person(signer.token())
    later = await tokens.person(signer.token(iat=NOW - 60, exp=NOW + 60))
    stranger = await tokens.person(other.token())
    assert first.id == later.id != stranger.id
    assert {one.id.partition("#")[2] for one in (first, later, stranger)} == {"p-1"}


@pytest.mark.rule("S10")
async def test_the_stand_in_keeps_plain_ids_and_speaks_for_every_council(tmp_path: Any) -> None:
    issuer = TokenIssuer.create(tmp_path)
    clock = Clock()
    tokens = Tokens([Provider.stand_in(issuer.public_keys, "mash-local")])
    for council in ("havering", "redbridge"):
        token = issuer.token(
            person="p-1", roles=["operations", "magician"], council=council, now=clock()
        )
        far = issuer.token(
            person="p-1", roles=["operations"], council=council, now=clock() + 900 * LIFE * 24
        )
        with pytest.raises(NotSignedInError, match="expired"):
            await tokens.person(f"Bearer {token}")
        person = await tokens.person(f"Bearer {far}")
        assert person == Person(id="p-1", council=council, roles=frozenset({Role.OPERATIONS}))


@pytest.mark.rule("S10")
async def test_a_token_that_held_is_forgotten_when_it_expires(
    signer: Signer, keys: FileKeys
) -> None:
    tokens, token = Tokens([provider(keys)], signer.clock), signer.token()
    assert await tokens.person(token) is await tokens.person(token)
    signer.clock.pass_(LIFE + timedelta(seconds=30))
    with pytest.raises(NotSignedInError, match="expired"):
        await tokens.person(token)


@pytest.mark.rule("S10")
async def test_a_second_factor_may_be_one_of_those_that_were_used(
    signer: Signer, keys: FileKeys
) -> None:
    used = SecondFactor(claim="amr", values=frozenset({"mfa", "hwk"}))
    tokens = Tokens([provider(keys, second_factor=used)], signer.clock)
    assert await tokens.person(signer.token(acr=None, amr=["pwd", "hwk"]))
    for amr in (["pwd"], "pwd", [["mfa"]], {"mfa": True}, None):
        with pytest.raises(NotSignedInError, match="a second factor"):
            await tokens.person(signer.token(amr=amr))


@pytest.mark.rule("S10")
async def test_a_program_is_one_by_the_subject_of_its_token_and_holds_no_role(
    signer: Signer, keys: FileKeys
) -> None:
    theirs = Places(person=("staff_number",), roles=("groups",))
    tokens = Tokens([provider(keys, places=theirs)], signer.clock)
    assert await tokens.person(signer.token(sub="web-forms", acr=None)) == Person(
        id=f"{ISSUER}#machine:web-forms",
        council="havering",
        roles=frozenset(),
        machine=Machine.FORMS,
    )
    person = await tokens.person(signer.token(staff_number="web-forms"))
    assert (person.id, person.machine) == (f"{ISSUER}#web-forms", None)
