"""Actions on selected orders in the admin: send tickets again, cancel."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bookings.aftersale.cancellation import cancel_tickets
from bookings.aftersale.resend import send_confirmation_again
from bookings.models import Order
from core.admin.confirmation import (
    MOST_NAMED,
    MOST_ROWS,
    ReasonForm,
    actor_of,
    confirm_rows,
    irreversible,
    was_confirmed,
)
from core.exceptions import Refused
from core.money import money

from .order_cancel import RefundChoiceForm


class OrderListActions(admin.ModelAdmin):
    """Mixin of `OrderAdmin`. Each order is a transaction of its own."""

    @admin.action(description=_("Resend confirmations"), permissions=["act"])
    def resend_chosen(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Send the confirmations of the selected orders again."""
        form = ReasonForm(request.POST if was_confirmed(request) else None)
        if not was_confirmed(request) or not form.is_valid():
            title = _("Resend the confirmations of these orders?")
            return self._confirm(request, queryset, form, title, _("Resend confirmations"))
        done, refused = 0, []
        for order in queryset[:MOST_ROWS]:
            try:
                send_confirmation_again(order=order)
                reason = form.cleaned_data["reason"]
                self.log_change(request, order, _("Resent confirmation: %s") % reason)
                done += 1
            except Refused as refusal:
                refused.append(f"{order.reference}: {refusal}")
        text = ngettext("%d confirmation will be sent.", "%d confirmations will be sent.", done)
        self._report(request, text % done, refused)
        return None

    @irreversible
    @admin.action(description=_("Cancel orders"), permissions=["act"])
    def cancel_chosen(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Cancel all valid tickets of the selected orders."""
        form = RefundChoiceForm(request.POST if was_confirmed(request) else None)
        if not was_confirmed(request) or not form.is_valid():
            title = _("Cancel all tickets of these orders?")
            return self._confirm(request, queryset, form, title, _("Cancel orders"))
        done, refused = 0, []
        for order in queryset[:MOST_ROWS]:
            try:
                if not order.is_confirmed or not order.quantity:
                    refused.append(f"{order.reference}: {_('This order has no valid tickets.')}")
                    continue
                cancel_tickets(
                    order=order, actor=actor_of(request), by_staff=True, **form.cancellation()
                )
                reason = form.cleaned_data["reason"]
                self.log_change(request, order, _("Cancelled tickets: %s") % reason)
                done += 1
            except Refused as refusal:
                refused.append(f"{order.reference}: {refusal}")
        text = ngettext("%d order cancelled.", "%d orders cancelled.", done)
        self._report(request, text % done, refused)
        return None

    def _confirm(
        self, request: HttpRequest, queryset: QuerySet[Order], form: Any, title: Any, button: Any
    ) -> HttpResponse | None:
        return confirm_rows(
            request, self, queryset, title=title, button=button, form=form, describe=_line
        )

    def _report(self, request: HttpRequest, text: str, refused: list[str]) -> None:
        messages.success(request, text)
        for line in refused[:MOST_NAMED]:
            messages.warning(request, line)


def _line(order: Order) -> str:
    return f"{order.reference} · {order.name} · {money(order.total, order.currency)}"
