"""Idempotency keys: https://docs.stripe.com/api/idempotent_requests."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass

from .errors import IdempotencyConflict

# Kept for at least a day.
KEPT_FOR = 24 * 3600
LONGEST_KEY = 255


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
    """The answers already given to requests that write, by key."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._entries: dict[tuple[str, str], _Entry] = {}
        self._lock = threading.Lock()

    def begin(self, account: str, key: str, path: str, body: bytes) -> Answer | None:
        """Return the answer that was given to this key, or None and reserve the key.

        Raises IdempotencyConflict when the key was used for another request, or is being used.
        """
        if len(key) > LONGEST_KEY:
            raise IdempotencyConflict(
                f"Idempotency keys can be at most {LONGEST_KEY} characters long."
            )
        digest = hashlib.sha256(path.encode() + b"\n" + body).hexdigest()
        with self._lock:
            entry = self._entries.get((account, key))
            if entry is None or entry.since + KEPT_FOR <= self._now():
                self._entries[account, key] = _Entry(digest, self._now())
                return None
            if entry.digest != digest:
                raise IdempotencyConflict(
                    "Keys for idempotent requests can only be used with the same parameters they "
                    f"were first used with. Try using a key other than '{key}' if you meant to "
                    "execute a different request."
                )
            if entry.answer is None:
                raise IdempotencyConflict(
                    "There is currently another in-progress request using this Idempotent Key "
                    f"(that probably means you submitted twice): {key}",
                    status=409,
                    code="idempotency_key_in_use",
                )
            return entry.answer

    def keep(self, account: str, key: str, answer: Answer) -> None:
        with self._lock:
            self._entries[account, key].answer = answer

    def forget(self, account: str, key: str) -> None:
        """Release a key whose request was not carried out."""
        with self._lock:
            self._entries.pop((account, key), None)
