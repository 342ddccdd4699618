"""Rows that are created once for a whole module, and rolled back after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.test import TestCase, override_settings

from backoffice.tests.secret_rows import PRODUCTION


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


@contextmanager
def rows_in_production(blocker: Any) -> Iterator[pytest.MonkeyPatch]:
    """Let a fixture of a module store rows with the settings of production, and patch things.

    `blocker` is the fixture `django_db_blocker`.
    """
    with (
        blocker.unblock(),
        override_settings(**PRODUCTION),
        pytest.MonkeyPatch.context() as patch,
        rolled_back(),
    ):
        yield patch
