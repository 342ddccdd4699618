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

# Arguments: `payment`, confirmed by the customer; the money arrives in some days, or it fails.
payment_pending = Signal()

# Arguments: `payment`, declined, expired or abandoned, with the provider's message in `failure`.
# The payment can still be captured later, and `payment_captured` is sent then.
payment_failed = Signal()

# Arguments: `refund`, accepted by the provider. Sent once for each refund, and once more when a
# failed one is sent again.
refund_sent = Signal()

# Arguments: `refund`, which has failed for good, at once or days after it was sent. Staff have to
# act on it.
refund_failed = Signal()

# Arguments: `refund`, made in the provider's dashboard and not by us.
refund_found = Signal()

# Arguments: `refund`, failed before, which staff have decided not to make.
refund_withdrawn = Signal()

# Arguments: `dispute`, new. Where `dispute.takes_money`, the bank has taken its amount back.
dispute_opened = Signal()

# Arguments: `dispute`, whose status has changed, and `took_money`, whether the bank had the money
# before.
dispute_changed = Signal()
