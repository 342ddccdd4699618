"""Rows that are created once for a whole module, and rolled back after it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.test import TestCase


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo at the end what is stored inside; may be nested.

    As Django's TestCase does it, so `durable` blocks may run inside.
    """
    atomics = TestCase._enter_atomics()
    try:
        yield
    finally:
        TestCase._rollback_atomics(atomics)
