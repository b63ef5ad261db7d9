"""Run the service: `python -m decision`."""

from decision.app import service
from mash_shared.run import run

run(service())
