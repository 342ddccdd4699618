"""Read `.env` for `make run` and `manage.py`.

In production the service manager sets the environment.
"""

import os
from collections.abc import Iterator, MutableMapping
from pathlib import Path

DOTENV = Path(__file__).resolve().parent.parent / ".env"


def load(path: Path = DOTENV, environment: MutableMapping[str, str] = os.environ) -> None:
    """Set the variables of the file that are not set already, if the file exists."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    for name, value in parse(text):
        environment.setdefault(name, value)


def parse(text: str) -> Iterator[tuple[str, str]]:
    """Yield (name, value) from lines of `NAME=value`, without quotes around the value."""
    for line in text.splitlines():
        line = line.strip().removeprefix("export ")
        name, equals, value = line.partition("=")
        if not equals or line.startswith("#"):
            continue
        value = value.strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1]
        yield name.strip(), value
