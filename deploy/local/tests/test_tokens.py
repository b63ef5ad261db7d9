import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidKeyIdError
from joserfc.jwk import KeySet

from mash_local.tokens import TokenIssuer


def claims_of(token: str, folder: Path) -> dict[str, object]:
    keys = KeySet.import_key_set(json.loads((folder / "token-keys.json").read_text()))
    return dict(jwt.decode(token, keys, algorithms=["Ed25519"]).claims)


def test_a_token_says_who_acts_and_for_which_council(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    issuer = TokenIssuer.create(tmp_path)
    token = issuer.token(person="p-1", roles=["social_worker"], council="northshire", now=now)
    claims = claims_of(token, tmp_path)
    assert claims.pop("iat") == pytest.approx(now.timestamp(), abs=2)
    assert claims.pop("exp") == int((now + timedelta(hours=12)).timestamp())
    assert claims == {
        "iss": "mash-local",
        "aud": "mash",
        "sub": "p-1",
        "roles": ["social_worker"],
        "council": "northshire",
    }


def test_another_process_can_issue_for_the_same_run(tmp_path: Path) -> None:
    TokenIssuer.create(tmp_path)
    now = datetime.now(UTC)
    token = TokenIssuer.load(tmp_path).token(person="p-1", roles=[], council="c", now=now)
    assert claims_of(token, tmp_path)["sub"] == "p-1"


def test_a_token_holds_on_the_clock_of_the_run(tmp_path: Path) -> None:
    ahead = datetime.now(UTC) + timedelta(days=14)
    token = TokenIssuer.create(tmp_path).token(person="p", roles=[], council="c", now=ahead)
    claims = claims_of(token, tmp_path)
    for moment in (datetime.now(UTC), ahead):
        jwt.JWTClaimsRegistry(now=int(moment.timestamp())).validate(claims)
    late = jwt.JWTClaimsRegistry(now=int((ahead + timedelta(hours=13)).timestamp()))
    with pytest.raises(ExpiredTokenError):
        late.validate(claims)


def test_the_public_file_holds_no_private_half_and_the_private_file_is_ours(tmp_path: Path) -> None:
    TokenIssuer.create(tmp_path)
    [key] = json.loads((tmp_path / "token-keys.json").read_text())["keys"]
    assert key["kty"] == "OKP"
    assert "d" not in key
    assert (tmp_path / "token-key-private.json").stat().st_mode & 0o077 == 0


def test_a_new_key_signs_and_the_one_before_it_holds_but_no_older_one(tmp_path: Path) -> None:
    def signed_by(issuer: TokenIssuer) -> str:
        return issuer.token(person="p-1", roles=[], council="c", now=datetime.now(UTC))

    oldest = signed_by(TokenIssuer.create(tmp_path))
    before = signed_by(TokenIssuer.renew(tmp_path))
    assert claims_of(oldest, tmp_path) == claims_of(before, tmp_path)
    newest = signed_by(TokenIssuer.renew(tmp_path))
    assert claims_of(before, tmp_path) == claims_of(newest, tmp_path)
    with pytest.raises(InvalidKeyIdError):
        claims_of(oldest, tmp_path)
    public = json.loads((tmp_path / "token-keys.json").read_text())["keys"]
    assert [key for key in public if "d" in key] == []
