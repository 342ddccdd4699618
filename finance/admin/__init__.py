"""The admin of finance."""

from .till import TillEntryAdmin, TillSessionAdmin

__all__ = ["TillEntryAdmin", "TillSessionAdmin"]
