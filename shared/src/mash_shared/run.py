"""Running a service until it is told to stop, or until a part of it dies."""

import asyncio
import gc
import signal
import sys
from typing import Any

import uvloop

from mash_shared.plumbing.faults import CannotRunError, crash
from mash_shared.plumbing.logs import configure_logs, get_logger, where_raised
from mash_shared.plumbing.process import Process
from mash_shared.service import Service

GARBAGE_AFTER = 10_000
"""New objects before the collector looks for cycles; a batch makes more than Python's own 700."""

log = get_logger()


def run(service: Service[Any]) -> None:
    """Run a service until SIGTERM or Ctrl-C; exits with 1 when it cannot go on.

    An error is logged by its type and place only: its text could hold somebody's data.
    """
    settings = service.settings
    configure_logs(service.process, settings.instance or service.process)
    if settings.crash_at:
        crash.arm(settings.crash_at)
    sys.exit(uvloop.run(_run(service)))


async def _run(service: Service[Any]) -> int:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stopping.set)
    stop = asyncio.create_task(stopping.wait())
    process = Process(service)
    try:
        starting = asyncio.create_task(process.start())
        await asyncio.wait((starting, stop), return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            _spare_the_collector()
            log.info("service_started")
            await asyncio.wait((stop, *process.tasks), return_when=asyncio.FIRST_COMPLETED)
            for task in process.tasks:
                if task.done():
                    task.result()
        else:
            starting.cancel()
    except Exception as error:  # noqa: BLE001 - the last line of defence, see `run`
        log.error(
            "service_died",
            error_type=type(error).__name__,
            where=where_raised(error),
            reason=str(error) if isinstance(error, CannotRunError) else None,
        )
        return 1
    finally:
        await process.stop()
        log.info("service_stopped")
    return 0


def _spare_the_collector() -> None:
    """Leave what lives as long as the process out of every search for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER)
