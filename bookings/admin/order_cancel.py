"""Order actions in the admin: cancel tickets, with the refund that staff choose."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminRadioSelectWidget

from bookings.aftersale.cancellation import cancel_tickets, refundable, refundable_order_fee
from bookings.aftersale.refunds import refundable_balance
from bookings.models import Order
from core.admin.confirmation import (
    IRREVERSIBLE,
    ReasonForm,
    actor_of,
    confirm,
    run_or_add_error,
    was_confirmed,
)
from core.money import money


class RefundChoice(models.TextChoices):
    """What cancelling tickets refunds."""

    ALL = "all", _("their price with all fees")
    WITHOUT_FEES = "without_fees", _("their price without fees")
    NOTHING = "nothing", _("nothing")

    @property
    def arguments(self) -> dict[str, bool]:
        """Return the arguments of `cancel_tickets`."""
        return {"refund": self != self.NOTHING, "keep_fee": self == self.WITHOUT_FEES}


class RefundChoiceForm(ReasonForm):
    """What is refunded. Nothing is chosen beforehand."""

    refund = forms.ChoiceField(
        label=_("refund"), choices=RefundChoice.choices, widget=UnfoldAdminRadioSelectWidget
    )

    def cancellation(self) -> dict[str, Any]:
        """Return the arguments of `cancel_tickets` for what was chosen."""
        data = self.cleaned_data
        return {**RefundChoice(data["refund"]).arguments, "reason": data["reason"]}


class CancelForm(RefundChoiceForm):
    """The tickets to cancel, and what is refunded."""

    tickets: Any = forms.ModelMultipleChoiceField(
        None, label=_("tickets"), widget=UnfoldAdminCheckboxSelectMultipleWidget
    )
    field_order = ["tickets", "refund", "reason"]

    def __init__(self, data: Any, *, order: Order) -> None:
        super().__init__(data)
        tickets: Any = self.fields["tickets"]
        tickets.queryset = order.tickets.valid().order_by("place_id")
        tickets.label_from_instance = lambda ticket: (
            f"{ticket.label} · {money(ticket.price, order.currency)}"
        )


class CancelActions(admin.ModelAdmin):
    """Mixin of `OrderAdmin`."""

    _order: Callable[..., Order]
    _page: Callable[..., str]

    @action(
        description=_("Cancel tickets"),
        url_path="cancel",
        icon="block",
        permissions=["act"],
        attrs=IRREVERSIBLE,
    )
    def cancel(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Cancel tickets of the order, with a refund if wanted."""
        order = self._order(request, object_id)
        form: Any = CancelForm(request.POST if was_confirmed(request) else None, order=order)
        if was_confirmed(request) and form.is_valid() and self._cancel(request, order, form):
            return redirect(self._page(order))
        tickets = list(form.fields["tickets"].queryset)
        if not tickets:
            messages.warning(request, _("This order has no valid tickets."))
            return redirect(self._page(order))
        order_fee = refundable_order_fee(order, tickets, keep=False)
        text = _(
            "Refund for all tickets: %(all)s; without fees: %(less)s. Balance of the order: "
            "%(balance)s."
        ) % {
            "all": money(refundable(tickets, keep_fee=False) + order_fee, order.currency),
            "less": money(refundable(tickets, keep_fee=True), order.currency),
            "balance": money(refundable_balance(order), order.currency),
        }
        return confirm(
            request,
            self,
            title=_("Cancel tickets of order %s") % order.reference,
            button=_("Cancel tickets"),
            form=form,
            text=text,
            back=self._page(order),
        )

    def _cancel(self, request: HttpRequest, order: Order, form: Any) -> bool:
        done = run_or_add_error(
            cancel_tickets,
            form=form,
            beside="tickets",
            order=order,
            actor=actor_of(request),
            ticket_ids=[ticket.pk for ticket in form.cleaned_data["tickets"]],
            by_staff=True,
            **form.cancellation(),
        )
        if done is None:
            return False
        reason = form.cleaned_data["reason"]
        self.log_change(request, order, _("Cancelled tickets: %s") % reason)
        messages.success(request, _("Tickets cancelled. The customer will be e-mailed."))
        return True
