"""Run the service: `python -m intake`."""

from intake.app import service
from mash_shared.run import run

run(service())
