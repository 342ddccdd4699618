"""What the accounts room announces to the rooms above it, which it does not know."""

from django.dispatch import Signal

# Sent inside the transaction that approves, with `user`. Whoever listens writes what it owes in
# that transaction, or neither happens.
account_approved = Signal()

# Sent inside the transaction that closes an account and forgets whose it was, with `user` and the
# `email` that it had. Whoever keeps something of them forgets it in that transaction, too.
account_forgotten = Signal()

# Sent with `user` when somebody asks for all that is kept about them. Whoever keeps something that
# the rooms below do not know returns it, as plain values by heading.
data_asked_for = Signal()
