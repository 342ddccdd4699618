"""The models of finance: till sessions and their entries, tax documents."""

from .documents import Document, DocumentChange, DocumentFile, DocumentRefund, NumberSeries
from .till import TillEntry, TillSession

__all__ = [
    "Document",
    "DocumentChange",
    "DocumentFile",
    "DocumentRefund",
    "NumberSeries",
    "TillEntry",
    "TillSession",
]
