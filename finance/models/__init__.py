"""The models of finance: till sessions and their entries."""

from .till import TillEntry, TillSession

__all__ = ["TillEntry", "TillSession"]
