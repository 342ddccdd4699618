"""The admin of finance."""

from .bank import BankStatementAdmin, BankTransferAdmin
from .till import TillEntryAdmin, TillSessionAdmin

__all__ = ["BankStatementAdmin", "BankTransferAdmin", "TillEntryAdmin", "TillSessionAdmin"]
