"""Settle performances with their promoters, from the transaction log alone."""
