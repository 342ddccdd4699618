"""The admin of finance."""

from .bank import BankStatementAdmin, BankTransferAdmin
from .documents import DocumentAdmin
from .till import TillEntryAdmin, TillSessionAdmin

__all__ = [
    "BankStatementAdmin",
    "BankTransferAdmin",
    "DocumentAdmin",
    "TillEntryAdmin",
    "TillSessionAdmin",
]
