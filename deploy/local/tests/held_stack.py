"""`held_stack.py RUNS supervise NAME`: a real supervisor over real engines and stand-ins."""

import sys
from functools import partial
from pathlib import Path

from mash_local import supervisor
from mash_local.directory import Directory
from mash_local.run_folder import RunFolder
from mash_local.stack import Stack

STAND_IN = [sys.executable, str(Path(__file__).with_name("stand_in_service.py"))]

if __name__ == "__main__":
    runs, _, name = sys.argv[1:]
    services = ("intake", "enquiry")
    commands = dict.fromkeys(services, STAND_IN)
    stack = partial(
        Stack,
        services=services,
        commands=commands,
        sandbox=False,
        provision=(),
        directory=Directory(()),
    )
    supervisor.supervise(RunFolder.named(name, Path(runs)), stack)
