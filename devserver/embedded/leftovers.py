"""Ending the servers of a guard that was killed."""

import os
import signal
from contextlib import suppress

PATIENCE = 5  # Seconds between asking and forcing.


def stop_leftovers(name, folder):
    """Stop every process called `name` that works inside `folder`, and wait until it is gone.

    Process ids in left-over files are not to be trusted: after a restart of the machine they may
    belong to anybody. Where a process works tells it apart for certain.
    """
    import psutil  # Only here: it is slow to import, and crashes are rare.

    found = [process for process in psutil.process_iter() if _works_in(process, name, folder)]
    for signum in (signal.SIGQUIT, signal.SIGKILL):
        for process in found:
            _send(process, signum)
        _gone, found = psutil.wait_procs(found, timeout=PATIENCE)


def _works_in(process, name, folder):
    import psutil

    try:
        return process.name() == name and os.path.samefile(process.cwd(), folder)
    except (psutil.Error, OSError):
        return False


def _send(process, signum):
    import psutil

    with suppress(psutil.Error):
        process.send_signal(signum)
