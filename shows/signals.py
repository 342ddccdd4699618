"""Signals of the catalogue."""

from django.dispatch import Signal

# Sent after `bulk_create`, which sends no `post_save`: `sender` is the model, `rows` its new
# instances. Sent inside the transaction that creates them.
rows_created = Signal()
