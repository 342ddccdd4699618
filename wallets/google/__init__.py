"""Passes for Google Wallet: signed save links, and updates by its API."""
