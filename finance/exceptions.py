"""Refusals of finance."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exceptions import Refused


class NoOpenTill(Refused):
    """A member of staff handles cash without an open till."""

    def __init__(self) -> None:
        super().__init__(_("Open a till before you take or pay out cash."))


class OtherCurrency(Refused):
    """The till is in another currency."""

    def __init__(self, *, till: str, other: str) -> None:
        super().__init__(
            _("Your till is in %(till)s. This amount is in %(other)s.")
            % {"till": till, "other": other}
        )


class TillInUse(Refused):
    """The cashier has an open till, or somebody else has this one."""


class NotEnoughCash(Refused):
    """More cash would be taken out than the till contains."""


class TillIsClosed(Refused):
    """The till session was closed meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("This till has already been closed."))


class InvalidStatement(Refused):
    """The file is not a bank statement that can be read. `str()` says why."""

    status = 422


class TransferDecided(Refused):
    """The bank transfer was matched or ignored meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("This transfer has already been decided."))


class DebitDecided(Refused):
    """The bank debit was matched meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("This debit has already been decided."))


class NoMatchForDebit(Refused):
    """The debit matches neither a refund nor a payout."""

    def __init__(self) -> None:
        super().__init__(
            _("No refund or payout with this reference has this amount and is without a debit.")
        )


class OtherAmount(Refused):
    """The bank transfer has another amount than the order."""

    def __init__(self, *, transfer: str, order: str) -> None:
        super().__init__(
            _("The transfer is %(transfer)s, but the order costs %(order)s.")
            % {"transfer": transfer, "order": order}
        )


class CannotSettle(Refused):
    """A settlement cannot be worked out or issued."""


class PayoutAlreadyMatched(Refused):
    """The payout has a bank line."""

    def __init__(self) -> None:
        super().__init__(_("Another bank transfer has already been matched with this payout."))


class OtherCurrencyOfPayout(Refused):
    """The bank line is in another currency than the payout."""

    def __init__(self) -> None:
        super().__init__(_("The transfer and the payout are in different currencies."))


class TaskClosed(Refused):
    """The reconciliation task was closed or deleted meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("This task has already been closed."))


class AccountsMissing(Refused):
    """The journal needs accounts that are missing. `names` are their purposes."""

    status = 422

    def __init__(self, names: list[str]) -> None:
        self.names = names
        super().__init__(_("Enter an account for: %(names)s.") % {"names": "; ".join(names)})


class OtherCurrencyInJournal(Refused):
    """The format takes one currency only."""

    status = 422

    def __init__(self, currencies: list[str]) -> None:
        super().__init__(
            _("This format takes euros only; the month has %(currencies)s. Export CSV.")
            % {"currencies": ", ".join(currencies)}
        )


class SeveralSellers(Refused):
    """The format takes the journal of one seller only."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_("In DATEV each seller has a client number of its own. Choose a seller."))


class NoSeller(Refused):
    """No seller has been entered, so nobody could issue a document."""

    message = gettext_lazy("Documents can't be issued until a seller has been entered.")


class SellerIncomplete(Refused):
    """The seller has neither a tax number nor a VAT number, which invoices need."""

    message = gettext_lazy(
        "Enter the seller's tax number or VAT number first. Invoices need one of them."
    )
