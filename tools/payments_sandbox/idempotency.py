"""Answers already given to requests that write, by idempotency key."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass


class OtherRequest(Exception):
    """The key was used for another request."""


class InProgress(Exception):
    """A request with the key is being carried out."""


@dataclass
class Answer:
    status: int
    body: bytes


@dataclass
class _Entry:
    digest: str
    since: float
    answer: Answer | None = None


class IdempotencyKeys:
    """The answers by owner and key. They are kept for so many seconds of the sandbox's clock."""

    def __init__(self, now: Callable[[], float], *, kept_for: float) -> None:
        self._now, self._kept_for = now, kept_for
        self._entries: dict[tuple[str, str], _Entry] = {}
        self._lock = threading.Lock()

    def begin(self, owner: str, key: str, path: str, body: bytes) -> Answer | None:
        """Return the answer that was given to this key, or None and reserve the key.

        Raises OtherRequest or InProgress.
        """
        digest = hashlib.sha256(path.encode() + b"\n" + body).hexdigest()
        with self._lock:
            entry = self._entries.get((owner, key))
            if entry is None or entry.since + self._kept_for <= self._now():
                self._entries[owner, key] = _Entry(digest, self._now())
                return None
            if entry.digest != digest:
                raise OtherRequest(key)
            if entry.answer is None:
                raise InProgress(key)
            return entry.answer

    def keep(self, owner: str, key: str, answer: Answer) -> None:
        with self._lock:
            self._entries[owner, key].answer = answer

    def answered(self) -> dict[tuple[str, str], _Entry]:
        """Return the keys whose answer is known."""
        with self._lock:
            return {key: each for key, each in self._entries.items() if each.answer is not None}

    def restore(self, answered: dict[tuple[str, str], _Entry]) -> None:
        """Take the keys that `answered` has returned."""
        with self._lock:
            self._entries.update(answered)

    def forget(self, owner: str, key: str) -> None:
        """Release a key whose request was not carried out."""
        with self._lock:
            self._entries.pop((owner, key), None)
