"""Files that commands read and write: `-` and None are the pipes."""

import sys
from pathlib import Path

from django.core.management.base import CommandError


def read_file(file, most):
    """Return the bytes of a file, or of the standard input for `-`.

    No more than it takes to see that it is larger than `most` bytes. Raises CommandError.
    """
    try:
        if file == "-":
            return sys.stdin.buffer.read(most + 1)
        with Path(file).open("rb") as stream:
            return stream.read(most + 1)
    except OSError as error:
        raise CommandError(f"{file} can't be read: {error.strerror}.") from None


def write_file(command, data, output):
    """Write bytes to a file, or to the command's own output for None. Raises CommandError."""
    if output is None:
        command.stdout.write(data.decode(), ending="")
        return
    try:
        Path(output).write_bytes(data)
    except OSError as error:
        raise CommandError(f"{output} can't be written: {error.strerror}.") from None
