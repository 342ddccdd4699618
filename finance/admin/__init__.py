"""The admin of finance."""

from .settlements import SettlementAdmin
from .till import TillEntryAdmin, TillSessionAdmin

__all__ = ["SettlementAdmin", "TillEntryAdmin", "TillSessionAdmin"]
