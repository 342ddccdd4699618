"""Refusals of documents that customers read."""

from django.utils.translation import gettext_lazy

from core.exceptions import Refused


class NothingToInvoice(Refused):
    """The order is free of charge, or neither paid nor awaiting a transfer."""

    message = gettext_lazy("There is nothing to invoice for this order.")
