"""Run the service: `python -m agency_gateway`."""

from agency_gateway.app import service
from mash_shared.run import run

run(service())
