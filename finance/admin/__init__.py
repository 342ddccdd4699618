"""The admin of finance."""

from .documents import DocumentAdmin
from .settlements import SettlementAdmin
from .till import TillEntryAdmin, TillSessionAdmin

__all__ = ["DocumentAdmin", "SettlementAdmin", "TillEntryAdmin", "TillSessionAdmin"]
