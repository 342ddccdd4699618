"""Order actions in the admin: correct the customer's contact details, name the ticket holders."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminTextInputWidget

from accounts.requests import user_of
from bookings.access import may_see_contacts
from bookings.aftersale.ticket_changes import rename_holders
from bookings.models import Order
from bookings.staff_operations.order_details import correct_contact
from core.admin.confirmation import ReasonForm, actor_of, confirm, run_or_add_error, was_confirmed
from core.email_addresses import EmailField

NOT_FILLED_IN = {"autocomplete": "off"}


class ContactForm(ReasonForm):
    """The customer's name and address."""

    name = forms.CharField(
        label=_("name"), max_length=150, widget=UnfoldAdminTextInputWidget(attrs=NOT_FILLED_IN)
    )
    email = EmailField(
        label=_("e-mail address"),
        max_length=254,
        widget=UnfoldAdminEmailInputWidget(attrs=NOT_FILLED_IN),
    )
    field_order = ["name", "email", "reason"]


class HoldersForm(forms.Form):
    """The name of each ticket's holder."""

    def __init__(self, data: Any, *, order: Order) -> None:
        super().__init__(data)
        self.tickets = list(order.tickets.valid().order_by("place_id"))
        for ticket in self.tickets:
            self.fields[f"ticket_{ticket.pk}"] = forms.CharField(
                label=ticket.label,
                initial=ticket.holder,
                max_length=150,
                required=False,
                widget=UnfoldAdminTextInputWidget(attrs=NOT_FILLED_IN),
            )

    def names(self) -> dict[int, str]:
        """Return the names by ticket id."""
        return {one.pk: self.cleaned_data[f"ticket_{one.pk}"] for one in self.tickets}


class ContactActions(admin.ModelAdmin):
    """Mixin of `OrderAdmin`."""

    _order: Callable[..., Order]
    _page: Callable[..., str]
    _log: Callable[..., None]
    has_act_permission: Callable[..., bool]

    def has_contact_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_act_permission(request) and may_see_contacts(user_of(request))

    @action(
        description=_("Correct contact"),
        url_path="contact",
        icon="contact_mail",
        permissions=["contact"],
    )
    def correct_contact(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Change the customer's name and address, and send the tickets again."""
        order = self._order(request, object_id)
        form = ContactForm(
            request.POST if was_confirmed(request) else None,
            initial={"name": order.name, "email": order.email},
        )
        if was_confirmed(request) and form.is_valid():
            done = run_or_add_error(
                correct_contact,
                form=form,
                beside="email",
                order=order,
                actor=actor_of(request),
                **form.cleaned_data,
            )
            if done:
                self._log(request, order, _("Corrected contact details"), form)
                messages.success(request, _("Saved. The e-mail will be sent to %s.") % done.email)
                return redirect(self._page(order))
        return confirm(
            request,
            self,
            title=_("Contact details of order %s") % order.reference,
            button=_("Save and send"),
            form=form,
            text=_(
                "With a new address, the tickets get new codes, and the links and tickets sent to "
                "the old address are no longer valid."
            ),
            back=self._page(order),
        )

    @action(
        description=_("Enter ticket holders"),
        url_path="holders",
        icon="badge",
        permissions=["act"],
    )
    def enter_holders(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Enter the names of a group, ticket by ticket."""
        order = self._order(request, object_id)
        form = HoldersForm(request.POST if was_confirmed(request) else None, order=order)
        if not form.tickets:
            messages.warning(request, _("This order has no valid tickets."))
            return redirect(self._page(order))
        if was_confirmed(request) and form.is_valid():
            renamed = run_or_add_error(
                rename_holders, form=form, order=order, names=form.names(), actor=actor_of(request)
            )
            if renamed is not None:
                messages.success(request, _("Names saved."))
                return redirect(self._page(order))
        return confirm(
            request,
            self,
            title=_("Ticket holders of order %s") % order.reference,
            button=_("Save names"),
            form=form,
            text=_("The names are on the tickets and on the door list."),
            back=self._page(order),
        )
