"""Payments, refunds and disputes of an order in the admin, and their effect at the door."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.models import Order
from core.money import money
from payments.models import Dispute, Payment

from .tables import link, table


class DisputedFilter(admin.SimpleListFilter):
    """Orders with a payment that the customer's bank has taken back, or had taken back."""

    title = gettext_lazy("dispute")
    parameter_name = "disputed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", gettext_lazy("disputed")), ("ever", gettext_lazy("disputed at any time"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "yes":
            return queryset.filter(disputed_at__isnull=False)
        if self.value() == "ever":
            purposes = Dispute.objects.values_list("payment__purpose", flat=True)
            return queryset.filter(reference__in={one.partition("-")[0] for one in purposes})
        return queryset


def payments_of(order: Order) -> str:
    """Return the payments of an order and their refunds as a table. Two queries."""
    payments = Payment.objects.for_purpose_and_additions(order.reference)
    payments = payments.prefetch_related("refunds")
    return table(
        [_("when"), _("what"), _("amount"), _("status"), _("note")],
        (row for payment in payments.order_by("pk") for row in _rows_of(payment)),
    )


def disputes_of(order: Order) -> str:
    """Return the disputes of an order as a table, and what the door does; empty if there are none.

    Two queries at most.
    """
    payments = Payment.objects.for_purpose_and_additions(order.reference)
    disputes = list(Dispute.objects.filter(payment__in=payments).select_related("payment"))
    if not disputes:
        return "–"
    head = [_("opened"), _("amount"), _("status"), _("act by"), _("closed"), _("reason")]
    rows = table(head, _rows_of_disputes(disputes))
    return format_html("{}<p>{}</p>", rows, _door_rule(order)) if order.is_disputed else rows


def _rows_of_disputes(disputes: list[Dispute]) -> Iterator[list[Any]]:
    for dispute in disputes:
        yield [
            dispute.created_at,
            money(dispute.amount, dispute.payment.currency),
            capfirst(dispute.get_status_display()),
            _day(dispute.act_by) if dispute.closed_at is None else "",
            _day(dispute.closed_at),
            dispute.reason,
        ]


def _day(moment: Any) -> str:
    return date_format(localtime(moment), "SHORT_DATETIME_FORMAT") if moment else ""


def _door_rule(order: Order) -> str:
    if order.performance.venue.admits_disputed:
        return _("At the door, these tickets are shown as disputed and let in.")
    return _("At the door, these tickets are shown as disputed and rejected.")


def _rows_of(payment: Payment) -> Iterator[list[Any]]:
    """Yield the row of a payment, then one for each of its refunds."""
    yield [
        payment.captured_at or payment.created_at,
        link("payments_payment", payment.pk, _paid_by(payment)),
        money(payment.amount, payment.currency),
        capfirst(payment.get_status_display()),
        payment.failure,
    ]
    for refund in payment.refunds.all():
        yield [
            refund.sent_at or refund.created_at,
            link("payments_refund", refund.pk, _("refund")),
            money(-refund.amount, payment.currency),
            capfirst(refund.get_status_display()),
            refund.failure or refund.reason,
        ]


def _paid_by(payment: Payment) -> Any:
    return _("payment, card …%s") % payment.card if payment.card else _("payment")
