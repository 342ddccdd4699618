"""The admin of finance."""

from .bank import BankStatementAdmin, BankTransferAdmin
from .documents import DocumentAdmin
from .settlements import SettlementAdmin
from .till import TillEntryAdmin, TillSessionAdmin

__all__ = [
    "BankStatementAdmin",
    "BankTransferAdmin",
    "DocumentAdmin",
    "SettlementAdmin",
    "TillEntryAdmin",
    "TillSessionAdmin",
]
