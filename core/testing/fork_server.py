"""A process with Django loaded that forks another process for each line that it reads.

Loading Django takes seconds, a fork milliseconds. Started by `core.testing.processes`.
"""

import json
import os
import signal
import sys
import traceback
from importlib import import_module


def main() -> None:
    import django

    django.setup()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # No zombies.
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _work(**order)
        print(pid, flush=True)


def _work(call, arguments, environment, settings):
    """Run one call in a process group of its own and exit."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(2, 1)
    os.environ.update(environment)
    from django.conf import settings as loaded

    for name, value in settings.items():
        setattr(loaded, name, value)
    module, _, name = call.rpartition(".")
    try:
        getattr(import_module(module), name)(**arguments)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
