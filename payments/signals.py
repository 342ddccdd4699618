"""What money announces, to whoever listens.

Each is sent inside the transaction that records the fact, with the payment's row locked, so that
what listeners write commits with it or not at all. A listener that raises undoes the fact, which
is then found out again later. Listeners do no I/O beyond the database: no mail, HTTP or Redis.

Listeners may lock rows of their own after the payment. Nobody may come the other way and ask for
a payment, with `start_payment`, while holding those rows: see `docs/decisions/`.
"""

from django.dispatch import Signal

# `payment`: the Payment, captured in full. Sent once for each payment.
payment_captured = Signal()

# `payment`: the Payment, declined or given up, with the provider's words in `failure`.
# It may still be captured later, and that is announced too.
payment_failed = Signal()

# `refund`: the Refund, which the provider has taken on. Sent once for each refund.
refund_sent = Signal()
