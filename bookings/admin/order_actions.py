"""Order actions in the admin: refund, move, reissue, note."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminTextareaWidget,
)

from bookings.aftersale.partial_refunds import AmountTooHigh, refund_amount
from bookings.aftersale.refunds import refundable_balance
from bookings.aftersale.resend import reissue_tickets
from bookings.models import Order
from bookings.staff_operations.order_details import add_note
from core.admin.confirmation import (
    IRREVERSIBLE,
    OnceForm,
    ReasonForm,
    actor_of,
    confirm,
    run_or_add_error,
    was_confirmed,
)
from core.annotations import Text
from core.money import check_amount, coin, money


class RefundForm(OnceForm):
    """The amount to refund."""

    amount = forms.DecimalField(
        label=_("amount"),
        min_value=Decimal("0.01"),
        max_digits=11,
        decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget,
    )
    field_order = ["amount", "reason"]

    def __init__(self, data: Any, *, currency: str) -> None:
        super().__init__(data)
        self.currency = currency
        smallest = coin(currency)
        self.fields["amount"].widget.attrs |= {"step": str(smallest), "min": str(smallest)}

    def clean_amount(self) -> Decimal:
        check_amount(self.cleaned_data["amount"], self.currency)
        return self.cleaned_data["amount"]


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("note"),
        required=False,
        max_length=2000,
        widget=UnfoldAdminTextareaWidget,
        help_text=_("For staff only. Earlier versions stay in the log."),
    )


class OrderActions(admin.ModelAdmin):
    """Mixin of `OrderAdmin`."""

    _order: Callable[..., Order]
    _page: Callable[..., str]

    @action(
        description=_("Refund amount"),
        url_path="refund",
        icon="currency_exchange",
        permissions=["act"],
        attrs=IRREVERSIBLE,
    )
    def refund(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Refund an amount; the tickets stay valid."""
        order = self._order(request, object_id)
        form = RefundForm(request.POST if was_confirmed(request) else None, currency=order.currency)
        left = refundable_balance(order)
        if not left and not was_confirmed(request):
            messages.warning(request, str(AmountTooHigh(left, order.currency)))
            return redirect(self._page(order))
        if was_confirmed(request) and form.is_valid():
            sent = run_or_add_error(
                refund_amount,
                form=form,
                beside="amount",
                order=order,
                actor=actor_of(request),
                amount=form.cleaned_data["amount"],
                reason=form.cleaned_data["reason"],
                request_key=form.cleaned_data["request_key"],
            )
            if sent:
                amount = money(sent, order.currency)
                self._log(request, order, _("Refunded %s") % amount, form)
                messages.success(
                    request, _("Refund of %s queued. The customer will be e-mailed.") % amount
                )
                return redirect(self._page(order))
        most = money(left, order.currency)
        text = _("The tickets stay valid. You can refund at most %s.") % most
        return self._ask(request, order, _("Refund order %s"), form, text, _("Refund"))

    @action(
        description=_("Reissue tickets"),
        url_path="reissue",
        icon="qr_code_2",
        permissions=["act"],
        attrs=IRREVERSIBLE,
    )
    def reissue(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give the tickets new codes, in case somebody else has the old ones."""
        order = self._order(request, object_id)
        form = ReasonForm(request.POST if was_confirmed(request) else None)
        if was_confirmed(request) and form.is_valid():
            done = run_or_add_error(
                reissue_tickets,
                form=form,
                order=order,
                actor=actor_of(request),
                **form.cleaned_data,
            )
            if done:
                self._log(request, order, _("Reissued tickets"), form)
                messages.success(request, _("Tickets reissued. The old codes are no longer valid."))
                return redirect(self._page(order))
        text = _("All valid tickets get new codes and are e-mailed to the customer.")
        title = _("Reissue tickets of order %s")
        return self._ask(request, order, title, form, text, _("Reissue"))

    @action(description=_("Add note"), url_path="note", icon="edit_note", permissions=["act"])
    def add_note(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Add or change the staff note of the order."""
        order = self._order(request, object_id)
        form = NoteForm(
            request.POST if was_confirmed(request) else None, initial={"note": order.note}
        )
        if was_confirmed(request) and form.is_valid():
            add_note(order=order, note=form.cleaned_data["note"], actor=actor_of(request))
            return redirect(self._page(order))
        return self._ask(request, order, _("Note on order %s"), form, "", _("Save note"))

    def _ask(
        self, request: HttpRequest, order: Order, title: Text, form: Any, text: Text, button: Any
    ) -> HttpResponse:
        return confirm(
            request,
            self,
            title=title % order.reference,
            button=button,
            form=form,
            text=text,
            back=self._page(order),
        )

    def _log(self, request: HttpRequest, order: Order, what: Any, form: Any) -> None:
        self.log_change(request, order, f"{what}: {form.cleaned_data['reason']}")
