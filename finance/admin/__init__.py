"""The admin of finance."""

from .bank import BankStatementAdmin, BankTransferAdmin
from .documents import DocumentAdmin
from .orders import OrderWithDocumentsAdmin
from .settlements import SettlementAdmin
from .till import TillEntryAdmin, TillSessionAdmin

__all__ = [
    "BankStatementAdmin",
    "BankTransferAdmin",
    "DocumentAdmin",
    "OrderWithDocumentsAdmin",
    "SettlementAdmin",
    "TillEntryAdmin",
    "TillSessionAdmin",
]
