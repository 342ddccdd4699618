"""Order actions in the admin: a transfer has arrived; extend or cancel a reservation."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import UnfoldAdminDateWidget

from bookings.exceptions import NotReserved
from bookings.models import Order
from bookings.sale.reservations import cancel_reservation, end_of_day, extend_reservation
from bookings.staff_operations.transfers import record_transfer
from core.admin.confirmation import (
    IRREVERSIBLE,
    ReasonForm,
    actor_of,
    run_or_add_error,
    was_confirmed,
)
from core.money import money
from payments.exceptions import PaymentError


class TransferForm(forms.Form):
    """On which day the money arrived."""

    received_on = forms.DateField(
        label=_("received on"), widget=UnfoldAdminDateWidget, initial=timezone.localdate
    )

    def clean_received_on(self) -> Any:
        received_on = self.cleaned_data["received_on"]
        if received_on > timezone.localdate():
            raise forms.ValidationError(_("This date is in the future."))
        return received_on


class ExtendForm(ReasonForm):
    """Until when a reserved order can be paid."""

    last_day = forms.DateField(label=_("payable until"), widget=UnfoldAdminDateWidget)
    field_order = ["last_day", "reason"]

    def __init__(self, data: Any, *, order: Order) -> None:
        self.performance = order.performance
        zone = self.performance.venue.zone
        until = order.payable_until and order.payable_until.astimezone(zone).date()
        super().__init__(data, initial={"last_day": until})

    def payable_until(self) -> datetime:
        """Return the end of the day at the venue, or the start of the show if that is earlier."""
        return end_of_day(self.cleaned_data["last_day"], self.performance)


class TransferActions(admin.ModelAdmin):
    """Mixin of `OrderAdmin`."""

    _order: Callable[..., Order]
    _page: Callable[..., str]
    _ask: Callable[..., HttpResponse]
    _log: Callable[..., None]

    @action(
        description=_("Transfer received"),
        url_path="transfer",
        icon="account_balance",
        permissions=["act"],
        attrs=IRREVERSIBLE,
    )
    def transfer_received(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Record that exactly the total has arrived, and issue the tickets."""
        order = self._order(request, object_id)
        form = TransferForm(request.POST if was_confirmed(request) else None)
        amount = money(order.amount_due, order.currency)
        if order.is_confirmed or not order.total:
            messages.warning(request, _("This order has already been paid."))
            return redirect(self._page(order))
        if was_confirmed(request) and form.is_valid():
            paid = self._record_transfer(request, order, form)
            if paid is not None:
                self.log_change(request, order, _("Transfer of %s received") % amount)
                _report(request, paid)
                return redirect(self._page(order))
        text = _("Confirm only if exactly %s has arrived with this order’s reference.") % amount
        title = _("Transfer for order %s received")
        return self._ask(request, order, title, form, text, _("Transfer received"))

    @action(
        description=_("Extend reservation"),
        url_path="extend-reservation",
        icon="more_time",
        permissions=["act"],
    )
    def extend_reservation(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Change until when an order can be paid by transfer."""
        order = self._order(request, object_id)
        form = ExtendForm(request.POST if was_confirmed(request) else None, order=order)
        if not order.is_reserved:
            messages.warning(request, str(NotReserved()))
            return redirect(self._page(order))
        if was_confirmed(request) and form.is_valid():
            done = run_or_add_error(
                extend_reservation,
                form=form,
                beside="last_day",
                order=order,
                payable_until=form.payable_until(),
                actor=actor_of(request),
                reason=form.cleaned_data["reason"],
            )
            if done:
                self._log(request, order, _("Extended reservation"), form)
                messages.success(request, _("Reservation extended. The customer will be e-mailed."))
                return redirect(self._page(order))
        text = _("The seats stay reserved until the end of that day, and the customer is e-mailed.")
        title = _("Extend the reservation of order %s")
        return self._ask(request, order, title, form, text, _("Extend"))

    @action(
        description=_("Cancel reservation"),
        url_path="cancel-reservation",
        icon="event_busy",
        permissions=["act"],
        attrs=IRREVERSIBLE,
    )
    def cancel_reservation(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Release the seats of an order that awaits a transfer."""
        order = self._order(request, object_id)
        form = ReasonForm(request.POST if was_confirmed(request) else None)
        if not order.is_reserved:
            messages.warning(request, str(NotReserved()))
            return redirect(self._page(order))
        if was_confirmed(request) and form.is_valid():
            done = run_or_add_error(
                cancel_reservation, form=form, order=order, actor=actor_of(request)
            )
            if done:
                self._log(request, order, _("Cancelled reservation"), form)
                messages.success(request, _("Seats released. The customer will be e-mailed."))
                return redirect(self._page(order))
        text = _(
            "The seats go back on sale at once. The customer gets an e-mail that asks them not to"
            " pay."
        )
        title = _("Cancel the reservation of order %s?")
        return self._ask(request, order, title, form, text, _("Cancel reservation"))

    def _record_transfer(self, request: HttpRequest, order: Order, form: Any) -> Order | None:
        try:
            return run_or_add_error(
                record_transfer,
                form=form,
                order=order,
                received_on=form.cleaned_data["received_on"],
                taken_by=actor_of(request),
            )
        except PaymentError as error:
            form.add_error(None, str(error))
            return None


def _report(request: HttpRequest, order: Order) -> None:
    if order.is_confirmed:
        messages.success(request, _("Paid. The customer will be e-mailed the tickets."))
    else:
        text = _("The seats had been sold. Send the money back: see the refund of this order.")
        messages.warning(request, text)
