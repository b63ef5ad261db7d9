"""Nobody reads what was never committed, tests and benchmarks no less than services."""

import ast
from collections.abc import Iterator

from support.tree import ROOT, python_files

MADE_ALIKE = {"AIOKafkaConsumer", "PromptConsumer"}


def _made() -> Iterator[tuple[str, ast.Call]]:
    for path in python_files():
        for node in ast.walk(ast.parse((ROOT / path).read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MADE_ALIKE:
                yield f"{path}:{node.lineno}", node


def test_every_consumer_reads_what_was_committed_only() -> None:
    """A reply inside an aborted transaction was attached (fault AD4)."""
    made = dict(_made())
    laxer = [
        where
        for where, call in made.items()
        if ("isolation_level", "read_committed")
        not in {(one.arg, getattr(one.value, "value", None)) for one in call.keywords}
    ]
    assert laxer == []
    assert len(made) > 10, "the consumers are no longer found"
