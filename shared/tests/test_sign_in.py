"""Whose tokens are taken, and the sentence for each that is not (S10)."""

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from mash_local.tokens import TokenIssuer
from mash_shared.act import Person
from mash_shared.identity import NotSignedInError, Provider, Tokens
from mash_shared.identity.keys import FileKeys
from mash_shared.identity.provider import Places
from mash_shared.vocabulary import Role
from support.signing import ISSUER, KEYS, LIFE, START, Clock, Signer, by_hand, jwks, provider

WRONG_WAY = "The token is not signed in a way that is taken from its issuer."
UNREADABLE = "The token cannot be read."
NO_SIGNATURE = "The token's signature does not hold."
NO_KEY = "The token is signed with a key that its issuer does not have."
INCOMPLETE = "The token does not say all of iss, aud, sub, exp and iat."
TOO_LONG = "The token holds for longer than is allowed."
NOT_YET = "The token does not hold yet."
NOW = int(START.timestamp())


@pytest.fixture
def signer() -> Signer:
    return Signer()


@pytest.fixture
def keys(tmp_path: Any) -> FileKeys:
    file = tmp_path / "keys.json"
    file.write_bytes(jwks(*KEYS.values()))
    return FileKeys(file)


async def _refused(keys: FileKeys, authorization: str | None, **changes: Any) -> str:
    with pytest.raises(NotSignedInError) as refused:
        await Tokens([provider(keys, **changes)], Clock()).person(authorization)
    return str(refused.value)


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
        ({"sub": 7}, "The token says something that cannot be read."),
        ({"sub": "p 1\0"}, "The token names no person as the hub can keep them."),
        ({"sub": "p" * 200}, "The token names no person as the hub can keep them."),
    ],
)
@pytest.mark.rule("S10")
async def test_a_token_that_says_something_else_is_refused_by_its_sentence(
    signer: Signer, keys: FileKeys, changes: dict[str, Any], sentence: str
) -> None:
    assert (await _refused(keys, signer.token(**changes))).startswith(sentence)


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": ["payroll", "mash"]},
        {"exp": NOW - 29, "iat": NOW - 3600},
        {"nbf": NOW + 30},
        {"exp": NOW + 3600},
    ],
)
async def test_up_to_its_bounds_a_token_holds(
    signer: Signer, keys: FileKeys, changes: dict[str, Any]
) -> None:
    assert await Tokens([provider(keys)], signer.clock).person(signer.token(**changes))


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ({"typ": "logout+jwt"}, "The token is not of a type that is taken from its issuer."),
        ({"typ": None}, "The token is not of a type that is taken from its issuer."),
        ({"alg": "RS512"}, WRONG_WAY),
        ({"alg": "PS256"}, WRONG_WAY),
        ({"kid": "rsa-2"}, NO_KEY),
        ({"kid": "ec-1"}, NO_KEY),
    ],
)
@pytest.mark.rule("S10")
async def test_a_token_of_another_make_is_refused_by_its_sentence(
    signer: Signer, keys: FileKeys, header: dict[str, Any], sentence: str
) -> None:
    assert await _refused(keys, signer.token(header)) == sentence


@pytest.mark.rule("S10")
@pytest.mark.parametrize("crit", [["exp"], ["b64"], [], None])
async def test_a_token_that_asks_for_something_unknown_is_refused(
    signer: Signer, keys: FileKeys, crit: Any
) -> None:
    header = {"alg": "RS256", "typ": "JWT", "crit": crit, "exp": NOW}
    sentence = "The token asks for something that the hub does not know."
    assert await _refused(keys, by_hand(header, signer.claims())) == sentence


@pytest.mark.parametrize("typ", ["JWT", "jwt", "application/JWT"])
async def test_a_type_is_compared_as_the_standard_says(
    signer: Signer, keys: FileKeys, typ: str
) -> None:
    assert await Tokens([provider(keys)], signer.clock).person(signer.token({"typ": typ}))


@pytest.mark.rule("S10")
@pytest.mark.parametrize("alg", ["none", "None", "", None, ["RS256"], {"RS256": 1}])
async def test_an_unsigned_token_is_refused(signer: Signer, keys: FileKeys, alg: Any) -> None:
    token = by_hand({"alg": alg, "typ": "JWT"}, signer.claims())
    assert await _refused(keys, token) == WRONG_WAY


@pytest.mark.rule("S10")
async def test_a_public_key_is_no_secret_to_sign_with(signer: Signer, keys: FileKeys) -> None:
    header = {"alg": "HS256", "kid": "rsa-1", "typ": "JWT"}
    unsigned = by_hand(header, signer.claims()).removeprefix("Bearer ").rstrip(".").encode()
    secret = KEYS["RS256"].as_pem(private=False)
    signature = hmac.new(secret, unsigned, hashlib.sha256).digest()
    token = by_hand(header, signer.claims(), signature)
    assert await _refused(keys, token) == WRONG_WAY


async def test_a_secret_among_the_keys_is_left_out(tmp_path: Any) -> None:
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [OctKey.generate_key().as_dict()]}))
    with pytest.raises(ValueError, match="without a key"):
        FileKeys(tmp_path / "keys.json")


@pytest.mark.filterwarnings("ignore:Key size should be")
async def test_a_short_key_and_one_for_something_else_prove_nothing(
    tmp_path: Any, signer: Signer
) -> None:
    short = RSAKey.generate_key(1024, {"kid": "short"})
    sealing = RSAKey.generate_key(2048, {"kid": "sealing", "use": "enc"})
    named = RSAKey.generate_key(2048, {"kid": "named", "alg": "PS256"})
    file = tmp_path / "keys.json"
    file.write_bytes(jwks(*KEYS.values(), short, sealing, named))
    for key in (short, sealing, named):
        registered = KEYS["RS256"]
        token = Signer(key=registered).token({"kid": key.kid})
        assert await _refused(FileKeys(file), token) == NO_KEY


@pytest.mark.rule("S10")
async def test_a_changed_token_is_refused(signer: Signer, keys: FileKeys) -> None:
    head, _, signature = signer.token().split(".")
    *_, body, _ = signer.token(sub="p-2").split(".")
    assert await _refused(keys, f"{head}.{body}.{signature}") == NO_SIGNATURE


@pytest.mark.parametrize(
    "token",
    [
        "quince",
        "a.b",
        "a.b.c",
        "a.b.c.d.e",
        "é.é.é",
        by_hand({"typ": "JWT"}, {"iss": ISSUER}).split()[1],
        by_hand({"alg": "RS256"}, {}).split()[1].replace(".e30.", "." + "W1tb" * 1500 + "."),
        by_hand(["alg"], {}).split()[1],
        by_hand({"alg": "RS256"}, ["iss"]).split()[1],
        by_hand({"alg": "RS256", "b64": False}, {}).split()[1],
    ],
    ids=range(10),
)
async def test_what_is_no_token_cannot_be_read(keys: FileKeys, token: str) -> None:
    assert await _refused(keys, f"Bearer {token}") == UNREADABLE


async def test_a_token_is_needed_and_has_a_size(signer: Signer, keys: FileKeys) -> None:
    for nothing in (None, "", "Bearer", "Bearer ", "Basic cDpw"):
        assert await _refused(keys, nothing) == "A bearer token is needed."
    large = signer.token(picture="x" * 8192)
    assert await _refused(keys, large) == "The token is larger than 8192 characters."


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "Ed25519"])
async def test_each_way_of_signing_is_taken_where_the_provider_has_it(
    keys: FileKeys, algorithm: str
) -> None:
    signer = Signer(key=KEYS[algorithm])
    taking = provider(keys, algorithms=frozenset({algorithm}))
    person = await Tokens([taking], signer.clock).person(signer.token({"alg": algorithm}))
    assert person.id == f"{ISSUER}#p-1"


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
async def test_the_older_name_of_a_way_is_taken_without_a_warning_each_time(
    keys: FileKeys, recwarn: pytest.WarningsRecorder
) -> None:
    token = Signer(key=KEYS["Ed25519"]).token({"alg": "EdDSA"})
    recwarn.clear()
    taking = provider(keys, algorithms=frozenset({"EdDSA"}))
    assert await Tokens([taking], Clock()).person(token)
    assert list(recwarn) == []
    assert await _refused(keys, token, algorithms=frozenset({"Ed25519"})) == WRONG_WAY


async def test_a_key_of_another_curve_signs_nothing(tmp_path: Any) -> None:
    other = ECKey.generate_key("P-384", {"kid": "ec-1"}), OKPKey.generate_key("Ed448")
    (tmp_path / "keys.json").write_bytes(jwks(*other))
    token = Signer(key=KEYS["ES256"]).token({"alg": "ES256"})
    found = FileKeys(tmp_path / "keys.json")
    assert await _refused(found, token, algorithms=frozenset({"ES256"})) == NO_KEY


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
