"""The models of finance: till sessions, tax documents, settlements, seals of the log."""

from .documents import Document, DocumentChange, DocumentFile, DocumentRefund, NumberSeries
from .seals import LedgerSeal
from .settlements import Settlement
from .till import TillEntry, TillSession

__all__ = [
    "Document",
    "DocumentChange",
    "DocumentFile",
    "DocumentRefund",
    "LedgerSeal",
    "NumberSeries",
    "Settlement",
    "TillEntry",
    "TillSession",
]
