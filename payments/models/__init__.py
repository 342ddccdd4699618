"""The models of payments, which know nothing of tickets."""

from .credentials import ProviderChoice, ProviderKeys
from .demo import DemoCharge
from .disputes import Dispute
from .payments import PageClosing, Payment, ProviderEvent, Refund, new_key
from .payouts import Payout, PayoutLine

__all__ = [
    "DemoCharge", "Dispute", "PageClosing", "Payment", "Payout", "PayoutLine",
    "ProviderChoice", "ProviderEvent", "ProviderKeys", "Refund", "new_key",
]  # fmt: skip
