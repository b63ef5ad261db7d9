"""Run the service: `python -m ops`."""

from mash_shared.run import run
from ops.app import service

run(service())
