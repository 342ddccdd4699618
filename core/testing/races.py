"""Run functions concurrently, in real threads with database connections of their own."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connections

PATIENCE = 60  # Seconds that a race may take before it counts as stuck.


@dataclass
class Outcome:
    """The result of one function, or the exception that it raised."""

    result: object = None
    error: Exception | None = None


def race(*contestants: Callable[[], object]) -> list[Outcome]:
    """Run the callables behind a barrier; return their `Outcome`s in the same order."""
    barrier = threading.Barrier(len(contestants))
    outcomes = [Outcome() for _ in contestants]

    def run(outcome, contestant):
        try:
            connections["default"].ensure_connection()
            barrier.wait(PATIENCE)
            outcome.result = contestant()
        except Exception as error:
            outcome.error = error
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=pair, daemon=True)
        for pair in zip(outcomes, contestants, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "A contestant is stuck."
    return outcomes


def winners(outcomes: Iterable[Outcome]) -> list[Any]:
    return [outcome.result for outcome in outcomes if outcome.error is None]


def losers(outcomes: Iterable[Outcome], kind: type[Exception]) -> list[Exception]:
    """Return the exceptions, all of which must be of this kind."""
    errors = [outcome.error for outcome in outcomes if outcome.error is not None]
    strange = [error for error in errors if not isinstance(error, kind)]
    assert not strange, strange
    return errors


def meet_after(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, parties: int) -> None:
    """Make `module.name` return only when `parties` callers have their result.

    For control tests: without the guard, every thread reads before any of them writes.
    """
    original, barrier = getattr(module, name), threading.Barrier(parties)

    def read_together(*args, **kwargs):
        answer = original(*args, **kwargs)
        barrier.wait(PATIENCE)
        return answer

    monkeypatch.setattr(module, name, read_together)
