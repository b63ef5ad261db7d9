"""How a token must be made and signed, and the sentence for each that is not (S10)."""

import hashlib
import hmac
import json
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from mash_shared.identity import Tokens
from mash_shared.identity.keys import FileKeys
from support.signing import ISSUER, KEYS, START, Clock, Signer, by_hand, jwks, provider, refused

WRONG_WAY = "The token is not signed in a way that is taken from its issuer."
UNREADABLE = "The token cannot be read."
NO_SIGNATURE = "The token's signature does not hold."
NO_KEY = "The token is signed with a key that its issuer does not have."
NOW = int(START.timestamp())


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
    assert await refused(keys, signer.token(header)) == sentence


@pytest.mark.rule("S10")
@pytest.mark.parametrize("crit", [["exp"], ["b64"], [], None])
async def test_a_token_that_asks_for_something_unknown_is_refused(
    signer: Signer, keys: FileKeys, crit: Any
) -> None:
    header = {"alg": "RS256", "typ": "JWT", "crit": crit, "exp": NOW}
    sentence = "The token asks for something that the hub does not know."
    assert await refused(keys, by_hand(header, signer.claims())) == sentence


@pytest.mark.parametrize("typ", ["JWT", "jwt", "application/JWT"])
async def test_a_type_is_compared_as_the_standard_says(
    signer: Signer, keys: FileKeys, typ: str
) -> None:
    assert await Tokens([provider(keys)], signer.clock).person(signer.token({"typ": typ}))


@pytest.mark.rule("S10")
@pytest.mark.parametrize("alg", ["none", "None", "", None, ["RS256"], {"RS256": 1}])
async def test_an_unsigned_token_is_refused(signer: Signer, keys: FileKeys, alg: Any) -> None:
    token = by_hand({"alg": alg, "typ": "JWT"}, signer.claims())
    assert await refused(keys, token) == WRONG_WAY


@pytest.mark.rule("S10")
async def test_a_public_key_is_no_secret_to_sign_with(signer: Signer, keys: FileKeys) -> None:
    header = {"alg": "HS256", "kid": "rsa-1", "typ": "JWT"}
    unsigned = by_hand(header, signer.claims()).removeprefix("Bearer ").rstrip(".").encode()
    secret = KEYS["RS256"].as_pem(private=False)
    signature = hmac.new(secret, unsigned, hashlib.sha256).digest()
    token = by_hand(header, signer.claims(), signature)
    assert await refused(keys, token) == WRONG_WAY


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
        assert await refused(FileKeys(file), token) == NO_KEY


@pytest.mark.rule("S10")
async def test_a_changed_token_is_refused(signer: Signer, keys: FileKeys) -> None:
    head, _, signature = signer.token().split(".")
    *_, body, _ = signer.token(sub="p-2").split(".")
    assert await refused(keys, f"{head}.{body}.{signature}") == NO_SIGNATURE


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
    assert await refused(keys, f"Bearer {token}") == UNREADABLE


async def test_a_token_is_needed_and_has_a_size(signer: Signer, keys: FileKeys) -> None:
    for nothing in (None, "", "Bearer", "Bearer ", "Basic cDpw"):
        assert await refused(keys, nothing) == "A bearer token is needed."
    large = signer.token(picture="x" * 8192)
    assert await refused(keys, large) == "The token is larger than 8192 characters."


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
    assert await refused(keys, token, algorithms=frozenset({"Ed25519"})) == WRONG_WAY


async def test_a_key_of_another_curve_signs_nothing(tmp_path: Any) -> None:
    other = ECKey.generate_key("P-384", {"kid": "ec-1"}), OKPKey.generate_key("Ed448")
    (tmp_path / "keys.json").write_bytes(jwks(*other))
    token = Signer(key=KEYS["ES256"]).token({"alg": "ES256"})
    found = FileKeys(tmp_path / "keys.json")
    assert await refused(found, token, algorithms=frozenset({"ES256"})) == NO_KEY
