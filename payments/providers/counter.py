"""Payments taken by staff: in cash, on a card terminal that is not connected, or by bank transfer.

A payment counts as captured once a member of staff has confirmed that they took the money. Refunds
are made by staff as well: they fail with the request to record them (`record_manual_refund`).
"""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from payments.exceptions import InvalidEvent, ProviderUnavailable, RefundRefused
from payments.models import Payment, Refund

from .base import Event, LocalProvider, Page, PageOptions, PaymentResult, RefundResult

CASH, TERMINAL, TRANSFER = "cash", "terminal", "transfer"
# Taken, and refunded, by staff in person.
IN_PERSON = (CASH, TERMINAL)


class CounterProvider(LocalProvider):
    name = ""

    def open_page(self, payment: Payment, options: PageOptions) -> Page:
        raise ProviderUnavailable(_("This is paid at the box office."))

    def fetch_status(self, payment: Payment, *, details: bool = False) -> PaymentResult:
        if not payment.taken_by:
            return PaymentResult(status=payment.status)
        return PaymentResult(
            status=Payment.Status.CAPTURED,
            amount=payment.amount,
            currency=payment.currency,
            reference=self.name,
        )

    def refund(self, refund: Refund) -> RefundResult:
        raise RefundRefused(
            _("This was paid at the box office. Refund it there, then mark it as refunded.")
        )

    def read_event(self, *, headers: Mapping[str, str], body: bytes) -> Event:
        raise InvalidEvent("Payments at the box office have no webhooks.")


class Cash(CounterProvider):
    name = CASH


class Terminal(CounterProvider):
    name = TERMINAL


class Transfer(CounterProvider):
    """A bank transfer that staff, or the import of a bank statement, have found on the account."""

    name = TRANSFER

    def refund(self, refund: Refund) -> RefundResult:
        raise RefundRefused(
            _("This was paid by bank transfer. Transfer the money back, then mark it as refunded.")
        )
