"""Telling people in tables and programs in JSON, from the same facts."""

import json
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

BAR = 30  # Characters.


def console_of(command):
    """A console that writes where the command writes, in colour only on a terminal."""
    return Console(file=command.stdout, highlight=False, soft_wrap=False)


def print_result(command, facts, *, as_json, drawn):
    """Write `facts` as JSON, or what `drawn(facts)` makes of them."""
    if as_json:
        command.stdout.write(json.dumps(facts, default=_plain, ensure_ascii=False, indent=2))
        return
    console_of(command).print(drawn(facts))


def table(rows, columns, title=None):
    """A table of dicts; `columns` maps their keys to headings."""
    drawn = Table(title=title, title_justify="left", header_style="bold")
    for heading in columns.values():
        drawn.add_column(heading)
    for row in rows:
        drawn.add_row(*(_words(row.get(key)) for key in columns))
    return drawn


def bar(part, whole):
    """``██████░░░░``: how much of the whole."""
    full = round(BAR * part / whole) if whole else 0
    return "█" * full + "░" * (BAR - full)


@contextmanager
def progress_bar(command, words, *, hidden=False):
    """Yield `progress(done, total)`, drawn on the error output, so that a pipe stays clean."""
    console = Console(file=command.stderr)
    with Progress(console=console, transient=True, disable=hidden) as drawn:
        task = drawn.add_task(words, total=None)
        yield lambda done, total: drawn.update(task, completed=done, total=total)


def _words(value):
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
