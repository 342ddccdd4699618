"""Reading `.env`, so that a variable set there counts for `make run` and `manage.py` alike.

Servers that are run in production take their environment from whatever starts them.
"""

import os
from pathlib import Path

DOTENV = Path(__file__).resolve().parent.parent / ".env"


def load(path=DOTENV, environment=os.environ):
    """Set the variables that `path` gives, where they are not set already. No file is no error."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    for name, value in parse(text):
        environment.setdefault(name, value)


def parse(text):
    """Yield (name, value) from lines of `NAME=value`. Quotes around a value are taken off."""
    for line in text.splitlines():
        line = line.strip().removeprefix("export ")
        name, equals, value = line.partition("=")
        if not equals or line.startswith("#"):
            continue
        value = value.strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1]
        yield name.strip(), value
