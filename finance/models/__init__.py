"""The models of finance: till sessions and their entries, and seals of the transaction log."""

from .seals import LedgerSeal
from .till import TillEntry, TillSession

__all__ = ["LedgerSeal", "TillEntry", "TillSession"]
