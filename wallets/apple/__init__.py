"""Passes for Apple Wallet: signed files, their update service, push notifications."""
