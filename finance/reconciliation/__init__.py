"""Explain the providers' payouts and the bank account to the cent."""
