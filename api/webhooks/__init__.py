"""Telling other programs what happened: see docs/webhooks.md."""
