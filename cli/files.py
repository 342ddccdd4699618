"""Read and write files, the standard input and the standard output."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError


def read_file(file: str, limit: int) -> bytes:
    """Return the bytes of a file, or of the standard input for `-`.

    At most `limit` + 1, so that a larger file is noticed. Raises CommandError.
    """
    try:
        if file == "-":
            return sys.stdin.buffer.read(limit + 1)
        with Path(file).open("rb") as stream:
            return stream.read(limit + 1)
    except OSError as error:
        raise CommandError(f"{file} can't be read: {error.strerror}.") from None


def write_file(command: BaseCommand, data: bytes, output: str | None) -> None:
    """Write bytes to a file, or to the command's own output for None. Raises CommandError."""
    if output is None:
        command.stdout.write(data.decode(), ending="")
        return
    try:
        Path(output).write_bytes(data)
    except OSError as error:
        raise CommandError(f"{output} can't be written: {error.strerror}.") from None
