"""What goes wrong, chosen for the whole sandbox or for one payment."""

import threading
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass
class Behaviours:
    """Adversarial behaviour. The defaults are a provider on a good day.

    A payment's own behaviour, chosen by its ID or by the reference that the shop gave it, comes
    before that of the sandbox.
    """

    slow: float = 0.0
    """Seconds before each answer of the API."""
    decline: str = ""
    """Decline every payment with this code, e.g. `insufficient_funds`."""
    three_d_secure: bool = False
    """Ask for 3-D Secure whatever the card."""
    delayed: str = ""
    """`succeeds` or `fails`: the outcome is known `settle_after` seconds later."""
    settle_after: float = 2 * 24 * 3600
    """Seconds until a delayed payment is settled."""
    refunds: str = "succeed"
    """`succeed`; `pending` (succeed later); `fail` (pending, then failed); `refuse`."""
    refund_after: float = 3 * 24 * 3600
    """Seconds until a pending refund is settled."""
    lose_answers: int = 0
    """How many further requests that write are carried out but not answered in time."""
    lose_for: float = 90.0
    """Seconds that such a request waits before its connection is cut."""
    events_doubled: bool = False
    events_missing: bool = False
    events_forged: bool = False
    """Send a forged copy, signed with a wrong secret, before each event."""
    events_reversed: int = 0
    """Hold events back until there are so many, then send them last first."""

    @classmethod
    def names(cls) -> list[str]:
        return [each.name for each in fields(cls)]


class BehaviourBook:
    """The behaviour of the sandbox, and what differs for single payments."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.default = Behaviours()
        self._special: dict[str, dict[str, Any]] = {}

    def change(self, payment: str = "", **changes: Any) -> None:
        """Change the sandbox's behaviour, or that of the payment with this ID or reference."""
        for name, value in changes.items():
            if name not in Behaviours.names():
                raise ValueError(f"There is no behaviour {name}.")
            if payment:
                self._special.setdefault(payment, {})[name] = value
            else:
                setattr(self.default, name, value)

    def reset(self) -> None:
        self.default = Behaviours()
        self._special.clear()

    def loses_answer(self) -> bool:
        """Return whether the answer under way is to be lost, and count it."""
        with self._lock:
            if self.default.lose_answers <= 0:
                return False
            self.default.lose_answers -= 1
            return True

    def of(self, *names: str) -> Behaviours:
        """Return the behaviour of the payment that has one of these IDs or references."""
        values = asdict(self.default)
        for name in names:
            values |= self._special.get(name, {}) if name else {}
        return Behaviours(**values)
