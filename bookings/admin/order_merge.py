"""Order actions in the admin: merge another order into this one, split tickets off."""

import secrets
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminEmailInputWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.requests import user_of
from bookings.access import may_see_contacts
from bookings.models import Order
from bookings.staff_operations.order_transfers import merge_orders, split_order
from core.admin.confirmation import (
    IRREVERSIBLE,
    OnceForm,
    ReasonForm,
    actor_of,
    confirm,
    run_or_add_error,
    was_confirmed,
)
from core.email_addresses import EmailField
from core.money import money

OFFERED = 10  # Orders of the same customer that are offered.
NOT_FILLED_IN = {"autocomplete": "off"}


class MergeForm(ReasonForm):
    """The order whose tickets move: one of the same customer, or any by its reference."""

    same_customer: Any = forms.ModelChoiceField(
        None,
        label=_("orders of this customer"),
        required=False,
        empty_label=None,
        blank=True,
        widget=UnfoldAdminRadioSelectWidget,
    )
    reference = forms.CharField(
        label=_("or the reference of another order"),
        max_length=12,
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs=NOT_FILLED_IN),
    )
    field_order = ["same_customer", "reference", "reason"]

    def __init__(self, data: Any, *, order: Order) -> None:
        super().__init__(data)
        self.order = order
        paid = Order.objects.with_valid_tickets().filter(performance=order.performance_id)
        self.orders = paid.exclude(pk=order.pk)
        same = Q(name=order.name)
        if order.email:
            same |= Q(email=order.email)
        found = self.orders.filter(same).values_list("pk", flat=True)[:OFFERED]
        field: Any = self.fields["same_customer"]
        field.queryset = Order.objects.filter(pk__in=list(found))
        field.label_from_instance = _described
        if not found:
            del self.fields["same_customer"]

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        self.source = data.get("same_customer")
        typed = data.get("reference", "").strip().upper()
        if typed:
            self.source = self.orders.filter(reference=typed).first()
            if self.source is None:
                text = _("There is no paid order with this reference at this performance.")
                self.add_error("reference", text)
        elif self.source is None:
            self.add_error("reference", _("Choose the order whose tickets are moved here."))
        return data


class SplitForm(OnceForm):
    """The tickets that get an order of their own, and its customer."""

    tickets: Any = forms.ModelMultipleChoiceField(
        None, label=_("tickets"), widget=UnfoldAdminCheckboxSelectMultipleWidget
    )
    name = forms.CharField(
        label=_("name"), max_length=150, widget=UnfoldAdminTextInputWidget(attrs=NOT_FILLED_IN)
    )
    email = EmailField(
        label=_("e-mail address"),
        max_length=254,
        required=False,
        widget=UnfoldAdminEmailInputWidget(attrs=NOT_FILLED_IN),
    )
    field_order = ["tickets", "name", "email", "reason"]

    def __init__(self, data: Any, *, order: Order) -> None:
        super().__init__(data, initial={"request_key": secrets.token_urlsafe(12)})
        tickets: Any = self.fields["tickets"]
        tickets.queryset = order.tickets.valid().order_by("place_id")
        tickets.label_from_instance = lambda ticket: (
            f"{ticket.label} · {money(ticket.price, order.currency)}"
        )


class MergeActions(admin.ModelAdmin):
    """Mixin of `OrderAdmin`."""

    _order: Callable[..., Order]
    _page: Callable[..., str]
    _log: Callable[..., None]
    has_act_permission: Callable[..., bool]

    def has_move_tickets_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_act_permission(request) and may_see_contacts(user_of(request))

    @action(
        description=_("Merge orders"),
        url_path="merge",
        icon="merge",
        permissions=["move_tickets"],
        attrs=IRREVERSIBLE,
    )
    def merge(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Move the tickets of another order to this one."""
        order = self._order(request, object_id)
        if order.status != Order.Status.PAID or not order.quantity:
            messages.warning(request, _("This order has no valid tickets."))
            return redirect(self._page(order))
        form = MergeForm(request.POST if was_confirmed(request) else None, order=order)
        if was_confirmed(request) and form.is_valid():
            source: Any = form.source
            done = run_or_add_error(
                merge_orders,
                form=form,
                source=source,
                target=order,
                actor=actor_of(request),
                reason=form.cleaned_data["reason"],
            )
            if done:
                self._log(request, order, _("Merged with %s") % source.reference, form)
                self._log(request, source, _("Merged into %s") % order.reference, form)
                text = _("The tickets of order %s are here now. The customer will be e-mailed.")
                messages.success(request, text % source.reference)
                return redirect(self._page(order))
        return confirm(
            request,
            self,
            title=_("Merge another order into order %s") % order.reference,
            button=_("Merge"),
            form=form,
            text=_(
                "The tickets keep their codes. Payments, refunds and documents stay with the other "
                "order, which then has no tickets and points here."
            ),
            back=self._page(order),
        )

    @action(
        description=_("Split order"),
        url_path="split",
        icon="call_split",
        permissions=["move_tickets"],
        attrs=IRREVERSIBLE,
    )
    def split(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Move some tickets of the order to a new order of another customer."""
        order = self._order(request, object_id)
        form = SplitForm(request.POST if was_confirmed(request) else None, order=order)
        if order.status != Order.Status.PAID or not order.quantity:
            messages.warning(request, _("This order has no valid tickets."))
            return redirect(self._page(order))
        if was_confirmed(request) and form.is_valid():
            fields = dict(form.cleaned_data)
            tickets = fields.pop("tickets")
            new = run_or_add_error(
                split_order,
                form=form,
                beside="tickets",
                order=order,
                ticket_ids=[ticket.pk for ticket in tickets],
                actor=actor_of(request),
                **fields,
            )
            if new:
                self._log(request, order, _("Split off %s") % new.reference, form)
                messages.success(request, _("Order %s created.") % new.reference)
                return redirect(self._page(new))
        return confirm(
            request,
            self,
            title=_("Split order %s") % order.reference,
            button=_("Split"),
            form=form,
            text=_(
                "The chosen tickets get new codes and an order of their own. What was paid for "
                "them stays with this order: if they are cancelled, this payment is refunded."
            ),
            back=self._page(order),
        )


def _described(order: Order) -> str:
    total = money(order.total, order.currency)
    tickets = ngettext("%d ticket", "%d tickets", order.quantity) % order.quantity
    return f"{order.reference} · {order.name} · {order.email} · {tickets} · {total}"
