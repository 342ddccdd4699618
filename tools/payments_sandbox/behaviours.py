"""What goes wrong, chosen for the whole sandbox or for one payment."""

import threading
from dataclasses import asdict, dataclass, fields
from typing import Any

from .instruments import DECLINES

CHOICES = {
    "decline": ["", *DECLINES],
    "delayed": ["", "succeeds", "fails"],
    "refunds": ["succeed", "pending", "fail", "refuse"],
    "payouts": ["by hand", "daily"],
}


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
    lose_returns: int = 0
    """How many further payments on the hosted page succeed without an answer to the browser."""
    fail_next: int = 0
    """How many further requests to the API fail and are not carried out."""
    fail_with: int = 429
    """The status of their answers; 0 cuts the connection."""
    fail_path: str = ""
    """Only requests whose path contains this."""
    payouts: str = "by hand"
    """`by hand`, or `daily`: pay out what is available every 24 hours."""
    payouts_fail: bool = False
    events_doubled: bool = False
    events_missing: bool = False
    events_forged: bool = False
    """Send two forged copies before each event: of a wrong secret, and of an old signature."""
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
            kind = type(getattr(Behaviours(), name))
            if kind is float and type(value) is int:
                value = float(value)
            if type(value) is not kind:
                raise ValueError(f"{name} is a {kind.__name__}.")
            if value not in CHOICES.get(name, [value]):
                raise ValueError(f"{name} is one of {', '.join(map(repr, CHOICES[name]))}.")
            if payment:
                self._special.setdefault(payment, {})[name] = value
            else:
                setattr(self.default, name, value)

    def read(self, text: str) -> dict[str, Any]:
        """Return the change that `name=value` says. Raises ValueError."""
        name, _sign, value = text.partition("=")
        if name not in Behaviours.names():
            raise ValueError(f"There is no behaviour {name}.")
        kind = type(getattr(Behaviours(), name))
        if kind is bool:
            return {name: value.lower() in ("1", "true", "yes", "on", "")}
        try:
            return {name: kind(value)}
        except ValueError:
            raise ValueError(f"{value!r} is not a number.") from None

    def reset(self) -> None:
        self.default = Behaviours()
        self._special.clear()

    def takes_one(self, name: str) -> bool:
        """Take one from a behaviour that counts down. Return whether any was left."""
        with self._lock:
            left = getattr(self.default, name)
            setattr(self.default, name, max(0, left - 1))
            return left > 0

    def fails_now(self, path: str) -> bool:
        """Return whether this request is one of those that fail, and count it."""
        return self.default.fail_path in path and self.takes_one("fail_next")

    def of(self, *names: str) -> Behaviours:
        """Return the behaviour of the payment that has one of these IDs or references."""
        values = asdict(self.default)
        for name in names:
            values |= self._special.get(name, {}) if name else {}
        return Behaviours(**values)
