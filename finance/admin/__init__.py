"""The admin of finance."""

from .documents import DocumentAdmin
from .till import TillEntryAdmin, TillSessionAdmin

__all__ = ["DocumentAdmin", "TillEntryAdmin", "TillSessionAdmin"]
