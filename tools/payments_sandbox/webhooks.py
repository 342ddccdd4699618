"""Deliver webhooks: signed when they are sent, repeated until the shop answers with 2xx."""

import heapq
import itertools
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import requests

from .account import Clock
from .behaviours import Behaviours

logger = logging.getLogger(__name__)

# Seconds of the sandbox's clock until each further attempt.
RETRY_AFTER = (1, 5, 30, 300, 3600, 6 * 3600, 24 * 3600, 48 * 3600)
TIMEOUT = 20


@dataclass
class Message:
    """A webhook. `sign` returns the headers for its body at the moment of sending."""

    url: str
    body: bytes
    sign: Callable[[bytes], dict[str, str]]
    label: str = ""
    retry_after: tuple[float, ...] = RETRY_AFTER
    attempts: list[int] = field(default_factory=list)
    """The status of each answer; 0 where there was none."""

    def headers(self) -> dict[str, str]:
        return self.sign(self.body)


class Webhooks:
    """Send messages from threads of its own, or keep them until they are taken."""

    def __init__(self, clock: Clock, workers: int = 4) -> None:
        self.clock, self.workers = clock, workers
        self.keep = False
        """Keep messages for `take` instead of sending them."""
        self.sent: list[Message] = []
        self._kept: list[Message] = []
        self._held_back: list[Message] = []
        self._queue: list[tuple[float, int, Message]] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._in_flight: list[Message] = []
        self._threads: list[threading.Thread] = []
        self._stopped = False

    def post(self, message: Message, behaviour: Behaviours, forged: Sequence[Message] = ()) -> None:
        """Queue a message, as the behaviour has it, after its forged copies."""
        if behaviour.events_missing:
            return
        messages = [*forged, message]
        if behaviour.events_doubled:
            messages.append(replace(message, attempts=[]))
        with self._changed:
            if behaviour.events_reversed:
                self._held_back += messages
                if len(self._held_back) < behaviour.events_reversed:
                    return
                messages = self._held_back[::-1]
                self._held_back = []
            self._add(messages)

    def release(self) -> None:
        """Send what was held back, last first."""
        with self._changed:
            messages, self._held_back = self._held_back[::-1], []
            self._add(messages)

    def take(self) -> list[Message]:
        """Return the messages that were kept, oldest first, and forget them."""
        with self._changed:
            kept, self._kept = self._kept, []
            return kept

    def wait_until_idle(self, timeout: float = 10) -> bool:
        """Wait until nothing is due or under way. Return whether that came about."""
        with self._changed:
            return self._changed.wait_for(
                lambda: not self._in_flight and not self._is_due(), timeout
            )

    def unsent(self) -> list[tuple[float, Message]]:
        """Return the messages that nobody has accepted yet, and when each is due."""
        with self._changed:
            now = self.clock.now()
            waiting = [(due, message) for due, _number, message in self._queue]
            return waiting + [(now, each) for each in [*self._in_flight, *self._held_back]]

    def restore(self, unsent: list[tuple[float, Message]]) -> None:
        """Send what `unsent` has returned."""
        with self._changed:
            for due, message in unsent:
                self._push(due, message)
            if unsent:
                self._start()

    def wake(self) -> None:
        """Look again at what is due: the clock was advanced."""
        with self._changed:
            self._changed.notify_all()

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout=TIMEOUT)

    def _add(self, messages: list[Message]) -> None:
        if self.keep:
            self._kept += messages
            return
        for message in messages:
            self._push(self.clock.now(), message)
        self._start()
        self._changed.notify_all()

    def _push(self, due: float, message: Message) -> None:
        heapq.heappush(self._queue, (due, next(self._numbers), message))

    def _start(self) -> None:
        while len(self._threads) < self.workers and not self._stopped:
            thread = threading.Thread(target=self._run, name="sandbox-webhooks", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _is_due(self) -> bool:
        return bool(self._queue) and self._queue[0][0] <= self.clock.now()

    def _run(self) -> None:
        with requests.Session() as session:
            session.trust_env = False
            while (message := self._next()) is not None:
                status = _send(session, message)
                with self._changed:
                    # Doubled messages are equal, so this one is found by identity.
                    self._in_flight = [one for one in self._in_flight if one is not message]
                    self._note(message, status)
                    self._changed.notify_all()

    def _next(self) -> Message | None:
        with self._changed:
            while not self._stopped:
                if self._is_due():
                    self._in_flight.append(heapq.heappop(self._queue)[2])
                    return self._in_flight[-1]
                wait = self._queue[0][0] - self.clock.now() if self._queue else None
                self._changed.wait(wait)
        return None

    def _note(self, message: Message, status: int) -> None:
        message.attempts.append(status)
        if len(message.attempts) == 1:
            self.sent.append(message)
        if 200 <= status < 300 or len(message.attempts) > len(message.retry_after):
            return
        wait = message.retry_after[len(message.attempts) - 1]
        self._push(self.clock.now() + wait, message)


def _send(session: requests.Session, message: Message) -> int:
    try:
        answer = session.post(
            message.url,
            data=message.body,
            headers=message.headers(),
            timeout=TIMEOUT,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        logger.info("%s to %s: %s", message.label, message.url, error)
        return 0
    logger.info("%s to %s: %s", message.label, message.url, answer.status_code)
    return answer.status_code
