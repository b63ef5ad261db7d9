"""What the benchmark sends is taken, and what it multiplies can be read, as the hub is now."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))

from growth import Growth
from people import AUTHORISATION, SILENT
from product import Product

from mash_local.stack import Stack
from support.campaign import until
from support.staff import staff_id

pytestmark = pytest.mark.engines


def _is_copied(stack: Stack, contact: str) -> bool:
    """Whether all documents of a contact are there to be multiplied; none is yet."""
    try:
        return Growth(stack, contact).open == 0
    except LookupError:
        return False


def test_an_enquiry_of_the_benchmark_goes_out_and_its_documents_are_copied(stack: Stack) -> None:
    coordinated = AUTHORISATION | {"coordinating_social_worker": staff_id("social_worker")}
    contact = Product(stack).record_and_authorise(SILENT, coordinated)
    until(lambda: _is_copied(stack, contact), "its documents can be copied")
