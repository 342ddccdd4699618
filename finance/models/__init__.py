"""The models of finance."""

from .seals import LedgerSeal
from .settlements import Settlement
from .till import TillEntry, TillSession

__all__ = ["LedgerSeal", "Settlement", "TillEntry", "TillSession"]
