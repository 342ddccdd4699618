"""Refusals of tax documents."""

from django.utils.translation import gettext as _

from core.exceptions import Refused


class NoSeller(Refused):
    """No seller has been entered, so nobody could issue a document."""

    def __str__(self) -> str:
        return _("Documents can't be issued until a seller has been entered.")


class SellerIncomplete(Refused):
    """The seller has neither a tax number nor a VAT number, which invoices need."""

    def __str__(self) -> str:
        return _("Enter the seller's tax number or VAT number first. Invoices need one of them.")


class NothingToInvoice(Refused):
    """The order is free of charge, or neither paid nor awaiting a transfer."""

    def __str__(self) -> str:
        return _("There is nothing to invoice for this order.")
