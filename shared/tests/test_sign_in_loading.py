"""The file of providers, and which way to sign in the settings choose (S10)."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from mash_local.tokens import TokenIssuer
from mash_shared.identity import NotSignedInError, ProvidersInvalidError, load_providers
from mash_shared.identity.provider import SecondFactor
from mash_shared.plumbing import sign_in
from mash_shared.plumbing.settings import ServiceSettings
from mash_shared.policy import load_packs
from mash_shared.testing.invented import ROOT
from mash_shared.vocabulary import Machine
from support.signing import KEYS, Clock, jwks
from support.told import told

WHOLE = """
[[provider]]
issuer = "https://sign-in.havering.example"
audience = "mash"
councils = ["havering"]
algorithms = ["RS256", "EdDSA"]
types = ["at+jwt", "application/JWT"]
longest_life = 3600
keys_url = "https://sign-in.havering.example/keys"
second_factor.amr = ["mfa", "hwk"]
claims.roles = ["realm_access", "roles"]
machines."web-forms" = "forms"
roles."Hub managers" = "mash_manager"
"""
POLICIES = ROOT / "deploy" / "policies"
ALL = '["havering", "lewisham", "redbridge", "waltham-forest"]'


def _load(folder: Path, text: str, **more: Any) -> Any:
    file = folder / "providers.toml"
    file.write_text(text)
    return load_providers(file, Clock(), **more)


def test_a_whole_file_says_all_that_a_token_must_be(tmp_path: Path) -> None:
    [one] = _load(tmp_path, WHOLE)
    assert one.types == {"at+jwt", "jwt"}
    assert one.algorithms == {"RS256", "EdDSA"}
    assert one.places.roles == ("realm_access", "roles")
    assert (one.longest_life.total_seconds(), one.skew.total_seconds()) == (3600, 30)
    assert (one.councils, one.is_stand_in) == ({"havering"}, False)
    assert one.second_factor == SecondFactor(claim="amr", values=frozenset({"mfa", "hwk"}))
    assert one.machines == {"web-forms": Machine.FORMS}


@pytest.mark.rule("S10")
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"RS256", ', '"HS256", ', "algorithms"),
        ('"RS256", ', '"none", ', "algorithms"),
        ('["RS256", "EdDSA"]', "[]", "algorithms"),
        ('["havering"]', "[]", "councils"),
        ('["havering"]', '["havering", "redbridge"]', "claims.council must say"),
        ('"mash_manager"', '"magician"', "roles"),
        ("longest_life = 3600", "longest_life = 0", "longest_life"),
        ("longest_life = 3600\n", "", "longest_life"),
        ("longest_life = 3600", "longest_life = 3600\nclock_skew = 301", "clock_skew"),
        ("keys_url =", 'keys_file = "keys.json"\nkeys_url =', "exactly one of keys_url"),
        ('keys_url = "https:', 'keys_url = "ftp:', "must be an address"),
        ("keys_url =", "key_url =", "key_url"),
        ('example"\naudience', 'example#a"\naudience', "issuer"),
        ('second_factor.amr = ["mfa", "hwk"]\n', "", "second_factor"),
        ('amr = ["mfa", "hwk"]', "amr = []", "second_factor"),
        ('second_factor.amr = ["mfa", "hwk"]', "second_factor = {}", "exactly one of acr and amr"),
        ('amr = ["mfa", "hwk"]', 'acr = ["2"]\nsecond_factor.amr = ["mfa"]', "exactly one of acr"),
        ('"forms"', '"mash_manager"', "machines"),
        ("[[provider]]", "[provider", "is no TOML"),
        (WHOLE, "", "provider"),
        (WHOLE, WHOLE + WHOLE, "is given 2 times"),
        ('keys_url = "https://sign-in.havering.example/keys"', 'keys_file = "no.json"', "No such"),
    ],
)
def test_a_file_that_will_not_do_says_why(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(ProvidersInvalidError, match=said):
        _load(tmp_path, WHOLE.replace(old, new))


def test_the_example_would_do_in_production() -> None:
    councils = [pack.council.id for pack in load_packs(POLICIES)]
    example = ROOT / "deploy" / "providers.example.toml"
    assert len(load_providers(example, Clock(), for_councils=councils)) == 2


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(ProvidersInvalidError, match="cannot be read"):
        load_providers(tmp_path / "none.toml", Clock())


def test_keys_may_be_a_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_bytes(jwks(KEYS["RS256"]))
    text = WHOLE.replace(
        'keys_url = "https://sign-in.havering.example/keys"', 'keys_file = "keys.json"'
    )
    assert len(_load(tmp_path, text)) == 1
    (tmp_path / "keys.json").write_text("{}")
    with pytest.raises(ProvidersInvalidError, match="is no JWKS"):
        _load(tmp_path, text)


@pytest.mark.rule("S10")
def test_production_wants_a_provider_for_each_council_and_keys_under_cover(
    tmp_path: Path,
) -> None:
    plain = WHOLE.replace('keys_url = "https', 'keys_url = "http')
    assert len(_load(tmp_path, plain)) == 1
    with pytest.raises(ProvidersInvalidError) as wrong:
        _load(tmp_path, plain, for_councils=["havering", "redbridge", "lewisham"])
    lewisham, redbridge, cover = str(wrong.value).splitlines()
    assert "no provider speaks for lewisham" in lewisham
    assert "no provider speaks for redbridge" in redbridge
    assert "production refuses plain http" in cover


def _settings(**given: Any) -> ServiceSettings:
    return told(policies=POLICIES, **given)


@pytest.mark.rule("S10")
def test_there_is_exactly_one_way_to_sign_in(tmp_path: Path) -> None:
    file = tmp_path / "file"
    for both in ({}, {"token_keys": file, "providers": file}):
        with pytest.raises(ValidationError, match="exactly one of TOKEN_KEYS and PROVIDERS"):
            _settings(**both)
    assert _settings(token_keys=file)
    assert _settings(providers=file, environment="production")


@pytest.mark.rule("S10")
def test_production_takes_no_stand_in(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="set PROVIDERS"):
        _settings(token_keys=tmp_path / "keys.json", environment="production")


@pytest.mark.rule("S10")
def test_production_asks_for_the_councils_of_its_packs(tmp_path: Path) -> None:
    file = tmp_path / "providers.toml"
    file.write_text(WHOLE)
    assert sign_in.tokens(_settings(providers=file))
    with pytest.raises(ProvidersInvalidError, match="no provider speaks for waltham-forest"):
        sign_in.tokens(_settings(providers=file, environment="production"))
    all_of_them = WHOLE.replace('["havering"]', ALL)
    file.write_text(all_of_them.replace("claims.roles", 'claims.council = "council"\nclaims.roles'))
    assert sign_in.tokens(_settings(providers=file, environment="production"))


async def test_a_machine_of_ones_own_takes_its_stand_in(tmp_path: Path) -> None:
    keys = TokenIssuer.create(tmp_path).public_keys
    tokens = sign_in.tokens(_settings(token_keys=keys, token_issuer="here"))
    assert await tokens.ready()
    with pytest.raises(NotSignedInError, match="A bearer token is needed"):
        await tokens.person(None)
