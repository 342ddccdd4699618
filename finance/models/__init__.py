"""The models of finance: till sessions and their entries, tax documents, seals of the log."""

from .documents import Document, DocumentChange, DocumentFile, DocumentRefund, NumberSeries
from .seals import LedgerSeal
from .till import TillEntry, TillSession

__all__ = [
    "Document",
    "DocumentChange",
    "DocumentFile",
    "DocumentRefund",
    "LedgerSeal",
    "NumberSeries",
    "TillEntry",
    "TillSession",
]
