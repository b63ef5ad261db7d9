"""What is left plain in the database holds nobody's words: every kind of document is walked."""

from dataclasses import fields
from typing import get_type_hints

import pytest

from mash_shared.clocks import Aggregate
from simulation.hub import PROCESSES, described
from support.stored import COLLECTIONS, KINDS
from support.walking import KINDS_OF_DOCUMENT, NAMES_AND_CODES, texts


@pytest.mark.rule("S7")
@pytest.mark.parametrize("kind", KINDS_OF_DOCUMENT, ids=lambda kind: kind.__name__)
def test_a_text_that_is_left_plain_is_a_name_or_a_code(kind: type[Aggregate]) -> None:
    hints = get_type_hints(kind)
    plain = {text for field in kind.PLAIN for text in texts(field, hints[field])}
    assert plain - NAMES_AND_CODES.keys() == set()


@pytest.mark.parametrize("kind", KINDS_OF_DOCUMENT, ids=lambda kind: kind.__name__)
def test_what_is_left_plain_is_there_with_a_reason(kind: type[Aggregate]) -> None:
    assert kind.PLAIN.keys() <= {field.name for field in fields(kind)}
    assert all(kind.PLAIN.values())
    assert not kind.LOOKED_UP or kind.LOOKED_UP in {field.name for field in fields(kind)}
    assert kind.LOOKED_UP not in kind.PLAIN


@pytest.mark.parametrize("process", PROCESSES)
def test_every_kind_that_a_process_keeps_is_walked(process: str) -> None:
    service = described(process)
    assert {service.aggregate, *service.beside.values()} == set(KINDS[process])
    assert service.collection == COLLECTIONS[process]


def test_words_would_be_found() -> None:
    assert texts("facts", get_type_hints(KINDS["intake"][0])["facts"]) > {"facts.concern"}
