"""Signals of accounts, for apps in higher layers."""

from django.dispatch import Signal

# Arguments: `user`. Sent inside the transaction that approves the account; listeners write in that
# transaction.
account_approved = Signal()

# Arguments: `user`, and `email`, the address that the account had. Sent inside the transaction that
# closes the account and erases its personal data; listeners erase theirs in that transaction.
account_closed = Signal()

# Arguments: `user`, who requests all data that is stored about them. Listeners return theirs as a
# dictionary of plain values by heading.
data_requested = Signal()
