"""The models of finance: bank transfers, seals of the transaction log, and till sessions."""

from .bank import BankStatement, BankTransfer
from .seals import LedgerSeal
from .till import TillEntry, TillSession

__all__ = ["BankStatement", "BankTransfer", "LedgerSeal", "TillEntry", "TillSession"]
