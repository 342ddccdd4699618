"""Folders of throw-away servers whose guard was killed before it could remove them."""

import fcntl
import os
import shutil
import time
from contextlib import suppress

OLD_ENOUGH = 3600  # Seconds. A younger one may be about to start.


def remove_abandoned(parent, pattern, *, now=None):
    """Remove this user's folders in `parent` that match, are old, and guarded by nobody."""
    for folder in parent.glob(pattern):
        with suppress(OSError):
            found = folder.lstat()
            age = (now or time.time()) - found.st_mtime
            if found.st_uid == os.geteuid() and age > OLD_ENOUGH and not _is_guarded(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _is_guarded(folder):
    for path in folder.glob("run/*.lock"):
        lock = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(lock)
    return False
