"""The admin of finance."""

from .accounts import JournalAccountAdmin
from .bank import BankStatementAdmin, BankTransferAdmin
from .debits import BankDebitAdmin
from .documents import DocumentAdmin
from .orders import OrderWithDocumentsAdmin
from .payouts import PayoutAdmin
from .performances import SettledPerformanceAdmin
from .reconciliation import ReconciliationTaskAdmin
from .settlements import SettlementAdmin
from .till import TillEntryAdmin, TillSessionAdmin

__all__ = [
    "BankDebitAdmin",
    "BankStatementAdmin",
    "BankTransferAdmin",
    "DocumentAdmin",
    "JournalAccountAdmin",
    "OrderWithDocumentsAdmin",
    "PayoutAdmin",
    "ReconciliationTaskAdmin",
    "SettledPerformanceAdmin",
    "SettlementAdmin",
    "TillEntryAdmin",
    "TillSessionAdmin",
]
