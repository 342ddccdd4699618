"""Mollie: its pay page by redirect, and its settlements as payouts."""
