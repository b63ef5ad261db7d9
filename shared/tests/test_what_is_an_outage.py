"""What is waited out, and what is one document's own fault."""

import pytest
from pymongo.errors import BulkWriteError, OperationFailure

from mash_shared.plumbing.outages import is_outage

PASSES = (24, 50, 112, 246, 262, 10058, 11601, 11602, 91, 189, 13, 14031)
"""Lock, time limit, write conflict, snapshot, interrupted, step-down, rights, disk."""
STAYS = (2, 22, 121, 10334, 17419, 17420)


def _bulk(*codes: int) -> BulkWriteError:
    return BulkWriteError({"writeErrors": [{"code": code} for code in codes]})


@pytest.mark.parametrize("code", PASSES)
def test_what_passes_by_itself_is_waited_out_for_one_document_as_for_all(code: int) -> None:
    assert is_outage(_bulk(code))
    assert is_outage(_bulk(11000, code))
    assert is_outage(OperationFailure("", code))


@pytest.mark.parametrize("code", STAYS)
def test_what_no_waiting_mends_is_the_document_s_own_fault(code: int) -> None:
    assert not is_outage(_bulk(code))
    assert not is_outage(_bulk(11000, code))
    assert not is_outage(OperationFailure("", code))
