"""A worker that hangs while it writes, for tests that kill it."""

import time

from exports import writer


def write_and_hang():
    writer._store_file = lambda *_args: time.sleep(3600)
    writer.write_exports()
