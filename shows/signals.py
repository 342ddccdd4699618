"""What the catalogue announces."""

from django.dispatch import Signal

# `rows` of the sender, a model, were made many at a time, so that none was saved by itself. Sent
# inside the transaction that makes them.
rows_created = Signal()
