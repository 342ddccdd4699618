"""Payments and refunds. Times are in the requester's time zone."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from payments.models import Payment, Refund

from .sheet import sheet_of


def _user_time(moment):
    def cell(row):
        at = getattr(row, moment)
        return at and timezone.localtime(at)

    return cell


PAYMENTS = sheet_of(
    name="payments",
    title=_("Payments"),
    model=Payment,
    columns=[
        (_("For"), lambda payment: payment.purpose),
        (_("Status"), lambda payment: payment.get_status_display()),
        (_("Amount"), lambda payment: payment.amount),
        (_("Currency"), lambda payment: payment.currency),
        (_("Refunded"), lambda payment: payment.refunded_amount),
        (_("Provider"), lambda payment: payment.provider),
        (_("Provider’s reference"), lambda payment: payment.provider_reference),
        (_("Description"), lambda payment: payment.description),
        (_("Failure"), lambda payment: payment.failure),
        (_("Created"), _user_time("created_at")),
        (_("Captured"), _user_time("captured_at")),
        (_("Key"), lambda payment: payment.key),
    ],
    prepare=lambda payments: payments.with_refunded_amount(),
)

REFUNDS = sheet_of(
    name="refunds",
    title=_("Refunds"),
    model=Refund,
    columns=[
        (_("For"), lambda refund: refund.payment.purpose),
        (_("Status"), lambda refund: refund.get_status_display()),
        (_("Amount"), lambda refund: refund.amount),
        (_("Currency"), lambda refund: refund.payment.currency),
        (_("Reason"), lambda refund: refund.reason),
        (_("Provider"), lambda refund: refund.payment.provider),
        (_("Provider’s reference"), lambda refund: refund.payment.provider_reference),
        (_("Failure"), lambda refund: refund.failure),
        (_("Attempts"), lambda refund: refund.attempts),
        (_("Requested"), _user_time("created_at")),
        (_("Sent"), _user_time("sent_at")),
        (_("Key"), lambda refund: refund.key),
    ],
    prepare=lambda refunds: refunds.select_related("payment"),
)
