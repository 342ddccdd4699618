"""The models of finance: tax documents."""

from .documents import Document, DocumentChange, DocumentFile, DocumentRefund, NumberSeries

__all__ = ["Document", "DocumentChange", "DocumentFile", "DocumentRefund", "NumberSeries"]
