"""Run the service: `python -m notify`."""

from mash_shared.run import run
from notify.app import service

run(service())
