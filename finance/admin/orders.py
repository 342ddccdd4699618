"""Tax documents on the page of an order in the admin, and issuing its invoice."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from bookings.admin.orders import OrderAdmin
from bookings.admin.tables import table
from bookings.invoice_details import InvoiceForm
from bookings.models import Order
from core.admin.confirmation import IRREVERSIBLE, run_or_add_error, was_confirmed
from core.money import money
from shows.terms import terms_of

from ..documents.exceptions import NothingToInvoice
from ..documents.order_page import can_be_invoiced, request_invoice
from ..exceptions import NoSeller
from ..models import Document


class StaffInvoiceForm(InvoiceForm):
    """The recipient of an invoice, as staff enter it."""

    use_required_attribute = True

    def __init__(self, data: Any, *, order: Order) -> None:
        country = terms_of(order.performance_id).country
        super().__init__(data, country=country, initial={"name": order.name})
        for name, field in self.fields.items():
            if name == "country":
                field.widget = UnfoldAdminSelectWidget(choices=field.choices)  # type: ignore[attr-defined]
            else:
                field.widget = UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"})


class OrderWithDocumentsAdmin(OrderAdmin):
    """The sale does not import the documents, so they extend its page of an order."""

    actions_detail = [
        {
            **OrderAdmin.actions_detail[0],
            "items": ["issue_invoice", *OrderAdmin.actions_detail[0]["items"]],  # type: ignore[misc]
        }
    ]
    fieldsets = [
        *OrderAdmin.fieldsets[:5],
        (gettext_lazy("Documents"), {"fields": ["documents"]}),
        *OrderAdmin.fieldsets[5:],
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Any | None = None) -> list[Any]:
        shown = super().get_fieldsets(request, obj)
        if request.user.has_perm("finance.view_document"):
            return shown
        return [one for one in shown if one[1]["fields"] != ["documents"]]

    @display(description=gettext_lazy("documents"))
    def documents(self, order: Order) -> str:
        documents = Document.objects.of_order(order.reference)
        return table(
            [_("date"), _("document"), _("amount")],
            (
                [one.issued_on, _link(one), money(one.gross, one.currency)]
                for one in documents.defer("content")
            ),
        )

    @action(
        description=gettext_lazy("Issue invoice"),
        url_path="invoice",
        icon="request_quote",
        permissions=["act"],
        attrs=IRREVERSIBLE,
    )
    def issue_invoice(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Issue the invoice of an order: one that is paid or awaits a transfer."""
        order = self._order(request, object_id)
        form = StaffInvoiceForm(request.POST if was_confirmed(request) else None, order=order)
        if reason := _why_not(order):
            messages.warning(request, reason)
            return redirect(self._page(order))
        if was_confirmed(request) and form.is_valid():
            done = run_or_add_error(
                _request_invoice, form=form, order=order, details=form.details()
            )
            if done:
                self.log_change(request, order, _("Issued invoice"))
                messages.success(request, _("The invoice will be issued and e-mailed in a moment."))
                return redirect(self._page(order))
        text = _("The invoice is e-mailed to the customer. It can't be changed afterwards.")
        title = gettext_lazy("Issue the invoice of order %s")
        return self._ask(request, order, title, form, text, _("Issue invoice"))


def _request_invoice(*, order: Order, details: dict[str, str]) -> bool:
    request_invoice(order=order, details=details)
    return True


def _why_not(order: Order) -> str:
    """Return why no invoice can be issued for the order now, or an empty text."""
    if not can_be_invoiced(order):
        return str(NothingToInvoice())
    if not terms_of(order.performance_id).has_seller:
        return str(NoSeller())
    if Document.objects.of_order(order.reference).invoices().in_force().exists():
        return _("This order has an invoice.")
    return ""


def _link(document: Document) -> Any:
    url = reverse("admin:finance_document_change", args=[document.pk])
    return format_html('<a class="text-link" href="{}">{}</a>', url, document)


admin.site.unregister(Order)
admin.site.register(Order, OrderWithDocumentsAdmin)
