"""Seal the transaction log with hash chains, and export sealed chains."""
