"""Write results as tables for people or as JSON for programs; read and write files."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO, cast

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console, RenderableType
from rich.progress import Progress
from rich.table import Table

BAR_WIDTH = 16  # Characters.
BAR = "full"  # The key of the column with bars, which would be wrong if they were cut off.
FILE_WIDTH = 200  # Characters of a line in a file or pipe, where nothing should be wrapped.


def console_of(command: BaseCommand) -> Console:
    """Return a console on the command's output, in colour only on a terminal."""
    console = Console(file=cast(TextIO, command.stdout), highlight=False, soft_wrap=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = FILE_WIDTH
    return console


def print_result(
    command: BaseCommand, result: Any, *, as_json: bool, draw: Callable[[Any], RenderableType]
) -> None:
    """Write the result as JSON, or as `draw(result)` renders it."""
    if as_json:
        command.stdout.write(json.dumps(result, default=_plain, ensure_ascii=False, indent=2))
        return
    console_of(command).print(draw(result))


def table(
    rows: Iterable[dict[str, Any]], columns: dict[str, str], title: str | None = None
) -> Table:
    """Return a table of dicts; `columns` maps their keys to headings. Nothing is cut off."""
    result = Table(title=title, title_justify="left", header_style="bold")
    for key, heading in columns.items():
        result.add_column(heading, overflow="fold", no_wrap=key == BAR)
    for row in rows:
        result.add_row(*(_text(row.get(key)) for key in columns))
    return result


def bar(part: int, whole: int) -> str:
    """Return a bar such as `██████░░░░` for the share of `part` in `whole`."""
    full = round(BAR_WIDTH * part / whole) if whole else 0
    return "█" * full + "░" * (BAR_WIDTH - full)


@contextmanager
def progress_bar(
    command: BaseCommand, title: str, *, hidden: bool = False
) -> Iterator[Callable[[int, int], None]]:
    """Yield `progress(done, total)`, which draws on the error output."""
    console = Console(file=cast(TextIO, command.stderr))
    with Progress(
        console=console, transient=True, disable=hidden or not console.is_terminal
    ) as display:
        task = display.add_task(title, total=None)
        yield lambda done, total: display.update(task, completed=done, total=total)


def _text(value):
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return str(value)


def _plain(value):
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return str(value)


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
