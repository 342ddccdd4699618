"""Tickets in Apple Wallet and Google Wallet."""
