"""Splink on the same data: Fellegi and Sunter with weights that it estimates on the data itself."""

import time
from typing import Any

import pandas as pd
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

from matching.febrl import Pairs
from matching.measure import Measured, tally

COLUMNS = (
    *("given_name", "surname", "street_number", "address_1", "address_2"),
    *("suburb", "postcode", "state", "date_of_birth"),
)
NUMBER = "soc_sec_id"
BLOCKS = (
    ("date_of_birth",), ("given_name", "surname"), ("postcode", "surname"),
    ("postcode", "given_name"), ("street_number", "address_1"), ("suburb", "address_1"),
    ("postcode", "street_number"), ("surname", "address_1"), ("given_name", "address_1"),
)  # fmt: skip
POSSIBLE, CERTAIN = 0.5, 0.999999
"""Probabilities from which on a pair counts as possible, and as certain."""


def splink(name: str, pairs: Pairs, *, numbers: bool) -> Measured:
    """Link both lists with the columns of FEBRL as they are, which the hub is told in two lines."""
    began = time.perf_counter()
    columns = (*COLUMNS, NUMBER) if numbers else COLUMNS
    blocks = (*BLOCKS, (NUMBER,)) if numbers else BLOCKS
    linker = _linker(pairs, columns, [block_on(*block) for block in blocks])
    _train(linker)
    frame = linker.inference.predict(threshold_match_probability=0).as_pandas_dataframe()
    every = {_pair(row): float(row.match_probability) for row in frame.itertuples()}
    found = {pair: share >= CERTAIN for pair, share in every.items() if share >= POSSIBLE}
    compared = sum(pair in pairs.true for pair in every)
    seconds = time.perf_counter() - began
    return tally(name, pairs, compared=compared, found=found, seconds=seconds)


def _linker(pairs: Pairs, columns: tuple[str, ...], blocks: list[Any]) -> Any:
    api = DuckDBAPI()
    tables = [
        pd.DataFrame([{"unique_id": id_} | {c: row.get(c) for c in columns} for id_, row in rows])
        for rows in (pairs.left.items(), pairs.right.items())
    ]
    compared = [cl.LevenshteinAtThresholds(column, [1, 2]) for column in columns[4:]]
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("street_number", [1]),
            cl.JaroWinklerAtThresholds("address_1", [0.9, 0.7]),
            *compared,
        ],
        blocking_rules_to_generate_predictions=blocks,
        probability_two_random_records_match=1 / len(pairs.right),
    )
    registered = [
        api.register(table, dataset_display_name=side)
        for table, side in zip(tables, ("febrl_a", "febrl_b"), strict=True)
    ]
    return Linker(registered, settings, log_level="ERROR")


def _train(linker: Any) -> None:
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for block in (("date_of_birth",), ("postcode",), ("surname",)):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*block))


def _pair(row: Any) -> tuple[str, str]:
    one, other = str(row.unique_id_l), str(row.unique_id_r)
    return (one, other) if one.endswith("org") else (other, one)
