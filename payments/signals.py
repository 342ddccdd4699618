"""Signals of payments.

Each is sent inside the transaction that records the change, with the payment's row locked, so that
what listeners write is committed with it or not at all. A listener that raises rolls the change
back; it is found again later. Listeners do no I/O other than the database: no e-mail, HTTP, Redis.

Listeners may lock their own rows after the payment. Nobody may call `start_payment` while holding
those rows: see `docs/decisions/`.
"""

from django.dispatch import Signal

# Arguments: `payment`, captured in full. Sent once for each payment.
payment_captured = Signal()

# Arguments: `payment`, declined or abandoned, with the provider's message in `failure`.
# The payment can still be captured later, and `payment_captured` is sent then.
payment_failed = Signal()

# Arguments: `refund`, accepted by the provider. Sent once for each refund.
refund_sent = Signal()
