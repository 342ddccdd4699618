"""The models of the sale: places, holds, orders, tickets, and the transaction log."""

from .allocations import AllocatedPlace, Allocation
from .holds import COUNTER_CHANNELS, HARD_CAP, Hold
from .keys import REFERENCE_ALPHABET, new_reference, new_secret
from .ledger import LedgerEntry
from .messages import Audience, CustomerMessage, MessageRecipient
from .orders import Order
from .page_visits import PageVisits
from .places import Place
from .tickets import Ticket, TicketChange

__all__ = [
    "COUNTER_CHANNELS", "HARD_CAP", "REFERENCE_ALPHABET", "AllocatedPlace", "Allocation",
    "Audience", "CustomerMessage", "Hold", "LedgerEntry", "MessageRecipient", "Order",
    "PageVisits", "Place", "Ticket", "TicketChange", "new_reference", "new_secret",
]  # fmt: skip
