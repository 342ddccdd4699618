"""A worker that hangs in the middle, to be killed there."""

import time

from exports import writing


def write_and_hang():
    writing._store = lambda *_args: time.sleep(3600)
    writing.write_exports()
