"""Call a payment provider without blocking the threads that serve pages.

A page calls the provider in a thread of this module and waits `PATIENCE` seconds for the response.
After that the page continues without it (`StillWaiting`), and the thread applies the response when
it arrives. After a slow call, requests stop waiting for ten seconds; at most half the threads wait
at the same time. Tasks and commands call the provider directly.
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from django.conf import settings
from django.db import connections
from django.utils.translation import gettext as _

from .exceptions import ProviderUnavailable
from .providers import Provider

Answer = TypeVar("Answer")
Result = TypeVar("Result")
logger = logging.getLogger(__name__)

# Seconds that a page waits for the provider. Its answer usually takes a third of a second.
PATIENCE = 1.5
# After a call that took longer, pages do not wait for so many seconds.
SLOW_FOR = 10.0
# Calls under way at the same time in one process, and those that wait for their turn.
THREADS, MAX_QUEUED = 32, 200


class StillWaiting(ProviderUnavailable):
    """The provider has not answered yet; its answer will be applied when it comes."""

    status = 503

    def __init__(self) -> None:
        super().__init__(_("The payment provider has not answered yet."))


def patience_with(provider: Provider) -> float | None:
    """Return how many seconds a page waits for the provider; None for one inside this process."""
    return PATIENCE if provider.is_remote else None


def call_patiently(
    ask: Callable[[], Answer],
    finish: Callable[[Answer], Result],
    *,
    patience: float | None = None,
    name: str = "",
) -> Result:
    """Return `finish(ask())`, with `ask` as the call of the provider.

    Without `patience` (seconds) both run here. With it, `ask` runs in another thread. If it takes
    longer, StillWaiting is raised and `finish` runs there as well, once, when the answer comes;
    what it raises is logged. `ask` uses no database. Not inside a transaction. While a call of the
    same `name` is under way in this process, StillWaiting is raised at once.
    """
    if patience is None:
        return finish(ask())
    return _Call(ask, finish, name).run(patience)


class _Call(Generic[Answer, Result]):
    """One call. `_lock` decides between the page that waits and the thread that asks."""

    def __init__(
        self, ask: Callable[[], Answer], finish: Callable[[Answer], Result], name: str
    ) -> None:
        self._ask, self._finish, self._name = ask, finish, name
        self._lock = threading.Lock()
        self._answered = threading.Event()
        self._is_abandoned = False
        self._answer: Answer | None = None
        self._error: BaseException | None = None

    def run(self, patience: float) -> Result:
        _state.submit(self._run, self._name)
        if not self._wait(patience):
            with self._lock:
                if not self._answered.is_set():
                    self._is_abandoned = True
                    raise StillWaiting
        if self._error is not None:
            raise self._error
        return self._finish(self._answer)  # type: ignore[arg-type]

    def _wait(self, patience: float) -> bool:
        if _state.is_slow() or not _state.waiters.acquire(blocking=False):
            return self._answered.wait(0)
        try:
            answered = self._answered.wait(patience)
        finally:
            _state.waiters.release()
        if not answered:
            _state.note_slowness()
        return answered

    def _run(self) -> None:
        try:
            self._answer = self._ask()
        except BaseException as error:
            self._error = error
        with self._lock:
            self._answered.set()
            if not self._is_abandoned:
                return
        self._finish_alone()

    def _finish_alone(self) -> None:
        try:
            if self._error is not None:
                raise self._error
            self._finish(self._answer)  # type: ignore[arg-type]
        except ProviderUnavailable as error:
            logger.warning("A provider's late answer: %s", error)
        except Exception:
            logger.exception("A provider's late answer could not be applied.")
        finally:
            connections.close_all()


class _State:
    """What the calls of one process share. The threads start with the first call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._queued = 0
        self._under_way: set[str] = set()
        self._slow_until = 0.0
        self.waiters = threading.BoundedSemaphore(max(1, settings.WEB_THREADS // 2))

    def submit(self, work: Callable[[], None], name: str) -> None:
        """Run the work in a thread.

        Raises StillWaiting while work of this name is under way, ProviderUnavailable when too much
        waits already.
        """
        with self._lock:
            if name and name in self._under_way:
                raise StillWaiting
            if self._queued >= MAX_QUEUED:
                raise ProviderUnavailable(_("The payment provider is too slow at the moment."))
            self._queued += 1
            self._pool = self._pool or ThreadPoolExecutor(THREADS, "payment-provider")
            self._under_way.add(name)
            self._pool.submit(self._run, work, name)

    def is_slow(self) -> bool:
        return time.monotonic() < self._slow_until

    def note_slowness(self) -> None:
        self._slow_until = time.monotonic() + SLOW_FOR

    def reset_slowness(self) -> None:
        self._slow_until = 0.0

    def _run(self, work: Callable[[], None], name: str) -> None:
        try:
            work()
        finally:
            with self._lock:
                self._queued -= 1
                self._under_way.discard(name)


_state = _State()


def reset_slowness() -> None:
    """Let pages wait again, as in a new process."""
    _state.reset_slowness()
