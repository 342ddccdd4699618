"""The secret key of local mode, created once under `var/` and readable only by its owner."""

import os
from contextlib import suppress
from pathlib import Path

from django.core.management.utils import get_random_secret_key


def local_secret(folder: Path) -> str:
    """Return the secret key of this checkout; create it if needed. Safe to run concurrently."""
    path = folder / "secret-key"
    folder.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        _write_new(path)
    return path.read_text().strip()


def _write_new(path: Path) -> None:
    # Written to another file and linked, so that no reader sees an incomplete key.
    draft = path.with_name(f".secret-key.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(get_random_secret_key())
    try:
        os.link(draft, path)
    finally:
        draft.unlink()
