"""Webhooks: notify other systems of events. See docs/webhooks.md."""
