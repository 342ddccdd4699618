"""Keep the sandbox's records in a file, so that they survive a kill of its process.

The file is written before the lock of the records is released: what an answer says is in it.
Behaviours are not kept: a provider that was restarted has a good day.
"""

import os
import pickle
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Self

if TYPE_CHECKING:
    from .sandbox import Sandbox


class RecordsLock:
    """A re-entrant lock. Who changes a record sets `changed`; then `save` runs before release."""

    def __init__(self) -> None:
        self._lock, self._depth = threading.RLock(), 0
        self.changed = False
        self.save: Callable[[], None] | None = None

    def __enter__(self) -> Self:
        self._lock.acquire()
        self._depth += 1
        return self

    def __exit__(self, *_error: object) -> None:
        try:
            if self._depth == 1 and self.changed and self.save:
                self.changed = False
                self.save()
        finally:
            self._depth -= 1
            self._lock.release()


def save(sandbox: "Sandbox", path: Path) -> None:
    """Write all records, keys, answers by idempotency key and unsent webhooks."""
    draft = path.with_name(f"{path.name}.new")
    with draft.open("wb") as file:
        _Pickler(file, sandbox).dump(
            {
                "clock": vars(sandbox.clock),
                "accounts": [vars(account) for account in sandbox.accounts],
                "keys": vars(sandbox.stripe_keys),
                "answers": [each.answered() for each in sandbox.idempotency_keys],
                "webhooks": sandbox.webhooks.unsent(),
            }
        )
    os.replace(draft, path)


def load(sandbox: "Sandbox", path: Path) -> None:
    """Read what `save` has written into a sandbox that has just been made."""
    with path.open("rb") as file:
        state = _Unpickler(file, sandbox).load()
    vars(sandbox.clock).update(state["clock"])
    for account, values in zip(sandbox.accounts, state["accounts"], strict=True):
        vars(account).update(values)
    vars(sandbox.stripe_keys).update(state["keys"])
    for keys, answered in zip(sandbox.idempotency_keys, state["answers"], strict=True):
        keys.restore(answered)
    sandbox.webhooks.restore(state["webhooks"])


def _shared(sandbox: "Sandbox") -> dict[str, Any]:
    """Return the objects that records refer to and that are not written."""
    return {
        "lock": sandbox.lock,
        "clock": sandbox.clock,
        "behaviours": sandbox.behaviours,
        "webhooks": sandbox.webhooks,
        **{f"account {number}": each for number, each in enumerate(sandbox.accounts)},
    }


class _Pickler(pickle.Pickler):
    def __init__(self, file: BinaryIO, sandbox: "Sandbox") -> None:
        super().__init__(file)
        self._names = {id(each): name for name, each in _shared(sandbox).items()}

    def persistent_id(self, value: Any) -> str | None:
        return self._names.get(id(value))


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: BinaryIO, sandbox: "Sandbox") -> None:
        super().__init__(file)
        self._shared = _shared(sandbox)

    def persistent_load(self, name: str) -> Any:
        return self._shared[name]
