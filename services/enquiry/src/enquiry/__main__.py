"""Run the service: `python -m enquiry`."""

from enquiry.app import service
from mash_shared.run import run

run(service())
