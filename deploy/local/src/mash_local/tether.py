"""Become another program that dies with the process that started it.

Run as a script: `python -I -S tether.py PARENT_PID PROGRAM ARGUMENT...`. A child of a
child is out of reach once its parent was killed outright, so on Linux the kernel is told
to kill it then; the request survives the exec. It lives in a program of its own because
code between fork and exec is not safe in a process that has threads.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(parent: int, command: list[str]) -> None:
    """Tie this process to `parent`, then become `command`."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("The process that wanted this one is already gone.")
    try:
        os.execvp(command[0], command)  # noqa: S606 - the command is ours, no shell wanted
    except OSError as error:
        sys.exit(f"{command[0]} cannot be run: {error.strerror}.")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
