"""The models of finance."""

from .bank import BankStatement, BankTransfer
from .till import TillEntry, TillSession

__all__ = ["BankStatement", "BankTransfer", "TillEntry", "TillSession"]
