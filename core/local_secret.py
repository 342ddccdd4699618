"""A secret key for local mode, made once and kept under `var/` where only its owner can read it."""

import os
from contextlib import suppress

from django.core.management.utils import get_random_secret_key


def local_secret(folder):
    """Return this checkout's own secret key, making it first if need be. Safe to race."""
    path = folder / "secret-key"
    folder.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        _write_new(path)
    return path.read_text().strip()


def _write_new(path):
    # Written beside its place and linked into it, so that no reader ever sees half a key.
    draft = path.with_name(f".secret-key.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(get_random_secret_key())
    try:
        os.link(draft, path)
    finally:
        draft.unlink()
