"""One who vouches for people: whose tokens are taken, and how they are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from mash_shared import tidying
from mash_shared.act import Person
from mash_shared.identity.keys import FileKeys, Keys
from mash_shared.identity.refusals import NotSignedInError
from mash_shared.people import LONGEST_LINE, as_registered
from mash_shared.vocabulary import CouncilId, Machine, Role

AUDIENCE = "mash"
SKEW = timedelta(seconds=30)
Place = tuple[str, ...]
"""Where a claim stands: its name, or names from outside to inside where it is within another."""
MACHINE = "machine:"
"""What the name of a program that signs in as itself begins with here, and no person's does."""
STAND_IN_FORMS = "web-forms"
"""The program of web forms whose tokens the stand-in signs."""
_NOBODY = "The token names no person as the hub can keep them."
_ALL_ROLES: Mapping[str, Role] = MappingProxyType({role.value: role for role in Role})


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where a provider's tokens say who somebody is; None where they do not say it."""

    person: Place = ("sub",)
    roles: Place = ("roles",)
    council: Place | None = None
    registration: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactor:
    """What a token says of somebody who signed in with more than a password: one value is enough.

    `claim` is `acr`, which names a way of signing in as a whole, or `amr`, a list of what was used.
    """

    claim: str
    values: frozenset[str]

    def must_be_proved(self, claims: Mapping[str, Any]) -> None:
        """Raise `NotSignedInError` where a token does not say it."""
        said = claims.get(self.claim)
        if not self.values.intersection(one for one in _listed(said) if isinstance(one, str)):
            raise NotSignedInError("The token does not say that a second factor was asked for.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One who vouches for people, by tokens that are signed with its keys (S10).

    `types` are the `typ` that tokens may have, in lower case; "" stands for none. `longest_life` is
    counted from `iat` to `exp`, None for no limit. `roles` are the hub's by the provider's names;
    others say nothing here. It speaks for `councils` and no other, None for all of them. People
    prove a `second_factor`; `machines` are programs that sign in as themselves, by the `sub` of
    their tokens, which a provider gives to nobody else.
    """

    issuer: str
    keys: Keys
    audience: str = AUDIENCE
    algorithms: frozenset[str] = frozenset({"Ed25519"})
    types: frozenset[str] = frozenset({"jwt"})
    longest_life: timedelta | None
    skew: timedelta = SKEW
    places: Places = field(default_factory=Places)
    roles: Mapping[str, Role]
    councils: frozenset[str] | None
    second_factor: SecondFactor | None
    machines: Mapping[str, Machine] = field(default_factory=dict)
    is_stand_in: bool = False

    @classmethod
    def stand_in(cls, keys: Path, issuer: str) -> Self:
        """Give the issuer of a machine of one's own, whose people have plain ids.

        It speaks for every council, and its tokens hold as long as it likes. Raises `ValueError` or
        `OSError` where `keys`, a JWKS file, cannot be read.
        """
        return cls(
            issuer=issuer,
            keys=FileKeys(keys),
            longest_life=None,
            places=Places(council=("council",)),
            roles=_ALL_ROLES,
            councils=None,
            second_factor=None,
            machines={STAND_IN_FORMS: Machine.FORMS},
            is_stand_in=True,
        )

    def person(self, claims: Mapping[str, Any]) -> Person:
        """Give whom verified claims speak of; raises `NotSignedInError`.

        A person is issuer and name together, `https://sign-in.example#p-1`: people of two
        providers are never one person, and an issuer's address has no `#` of its own. A program
        is `https://sign-in.example#machine:web-forms`, which no person is.
        """
        subject = _text(claims, ("sub",))
        machine = self.machines.get(subject) if subject else None
        if subject is not None and machine is not None:
            id_ = self._id(f"{MACHINE}{subject}")
            return Person(id=id_, council=self._council(claims), roles=frozenset(), machine=machine)
        if self.second_factor is not None:
            self.second_factor.must_be_proved(claims)
        name = _text(claims, self.places.person)
        if name is None or name.startswith(MACHINE):
            raise NotSignedInError(_NOBODY)
        return Person(
            id=self._id(name),
            council=self._council(claims),
            roles=self._roles(claims),
            registration_number=as_registered(_at(claims, self.places.registration)),
        )

    def _id(self, name: str) -> str:
        id_ = name if self.is_stand_in else f"{self.issuer}#{name}"
        if not _is_line(id_):
            raise NotSignedInError(_NOBODY)
        return id_

    def _council(self, claims: Mapping[str, Any]) -> CouncilId:
        if self.places.council is None and self.councils is not None and len(self.councils) == 1:
            return CouncilId(*self.councils)
        council = _text(claims, self.places.council)
        if council is None:
            raise NotSignedInError("The token names no council.")
        if self.councils is not None and council not in self.councils:
            raise NotSignedInError("The token's issuer does not speak for that council.")
        return CouncilId(council)

    def _roles(self, claims: Mapping[str, Any]) -> frozenset[Role]:
        names = _listed(_at(claims, self.places.roles))
        return frozenset(
            self.roles[name] for name in names if isinstance(name, str) and name in self.roles
        )


def _listed(said: object) -> list[Any]:
    return said if isinstance(said, list) else [said]


def _is_line(id_: str) -> bool:
    """Whether an id stays as it is where forms and messages carry it."""
    return id_.isprintable() and id_ == tidying.line(id_) and len(id_) <= LONGEST_LINE


def _at(claims: Mapping[str, Any], place: Place | None) -> Any:
    found: Any = claims if place else None
    for name in place or ():
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _text(claims: Mapping[str, Any], place: Place | None) -> str | None:
    found = _at(claims, place)
    return found if isinstance(found, str) and found else None
