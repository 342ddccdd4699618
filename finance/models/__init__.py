"""The models of finance: bank transfers, tax documents, settlements, seals, tills, tasks."""

from .accounts import JournalAccount, JournalSettings
from .bank import BankDebit, BankStatement, BankTransfer
from .documents import Document, DocumentChange, DocumentFile, DocumentRefund, NumberSeries
from .reconciliation import ReconciliationTask
from .seals import LedgerSeal
from .settlements import Settlement
from .till import TillEntry, TillSession

__all__ = [
    "BankDebit",
    "BankStatement",
    "BankTransfer",
    "Document",
    "DocumentChange",
    "DocumentFile",
    "DocumentRefund",
    "JournalAccount",
    "JournalSettings",
    "LedgerSeal",
    "NumberSeries",
    "ReconciliationTask",
    "Settlement",
    "TillEntry",
    "TillSession",
]
