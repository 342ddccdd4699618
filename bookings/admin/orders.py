"""Admin of orders: search, details and actions."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from accounts.models import User
from accounts.requests import user_of
from bookings.access import CONTACT_PERMISSION, may_see_contacts
from bookings.aftersale.refunds import amounts_of
from bookings.aftersale.resend import send_confirmation_again
from bookings.checkout_fields import labelled
from bookings.models import LedgerEntry, Order
from bookings.sale.order_tax import tax_lines
from bookings.staff_operations.order_search import search_orders
from core.admin.autocomplete import AutocompleteSelectFilter
from core.admin.bases import ReadOnlyAdmin
from core.admin.confirmation import ReasonForm, run_or_add_error, was_confirmed
from core.money import money
from core.primary_keys import parse_key
from core.tax import tax_texts
from emails.kinds import get_kind
from emails.models import OutboxEmail
from organisation.legal_texts import published_text
from shows.admin.columns import performance_column
from shows.models import Performance

from .actors import actor_names
from .contact_action import ContactActions
from .counter.customers import CustomerSearch
from .order_actions import OrderActions
from .order_cancel import CancelActions
from .order_lists import OrderListActions
from .order_merge import MergeActions
from .order_move import MoveAction
from .order_payments import DisputedFilter, disputes_of, payments_of
from .tables import link, table
from .transfer_actions import TransferActions

COLOURS = {
    "pending": "warning",
    "reserved": "warning",
    "paid": "success",
    "lapsed": "info",
    "cancelled": "danger",
    "disputed": "danger",
}

# Fields that need a permission besides that to view orders.
FIELD_PERMISSIONS = {
    "email": CONTACT_PERMISSION,
    "answers": CONTACT_PERMISSION,
    "user": CONTACT_PERMISSION,
    "tickets": "bookings.view_ticket",
    "payments": "payments.view_payment",
    "balance": "payments.view_payment",
    "received_so_far": "payments.view_payment",
    "disputes": "payments.view_dispute",
    "emails": "emails.view_outboxemail",
    "log": "bookings.view_ledgerentry",
}


class OrdersWithBalance(ChangeList):
    """A page of the list that knows the balance of its orders."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        if _may_see(user_of(request), "balance"):
            amounts = amounts_of(self.result_list)
            for order in self.result_list:
                order.amounts = amounts.get(order.pk)


class OrderAdmin(
    CustomerSearch,
    CancelActions,
    ContactActions,
    MergeActions,
    MoveAction,
    OrderActions,
    TransferActions,
    OrderListActions,
    ReadOnlyAdmin,
):
    list_display = [
        *["reference", "who", performance_column, "quantity", "sum"],
        *["balance", "state", "created_at"],
    ]
    list_filter = [
        "status",
        DisputedFilter,
        ("performance", AutocompleteSelectFilter),
        "created_at",
    ]
    list_filter_submit = True
    list_select_related = ["performance__show", "performance__venue"]
    secret_fields = ("key",)
    search_fields = ["reference"]  # See `get_search_results`.
    search_help_text = _(
        "Reference, name, e-mail, seat (“Stalls F 12”, “Nachtmusik F 12”), or the last four"
        " characters of a reference, card or payment number"
    )
    date_hierarchy = "created_at"
    view_on_site = False  # Only its customer can open the page of an order.
    actions = ["resend_chosen", "cancel_chosen"]
    actions_detail = [
        {
            "title": _("Actions"),
            "icon": "bolt",
            "items": [
                *["send_again", "correct_contact", "enter_holders", "move", "add_note"],
                *["transfer_received", "extend_reservation"],
                *["reissue", "split", "merge", "refund", "cancel", "cancel_reservation"],
            ],
        }
    ]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    *["reference", "status", "performance", "channel", "quantity", "sum"],
                    *["order_fee_sum", "taxes", "merged", "note"],
                ]
            },
        ),
        (_("Customer"), {"fields": ["name", "email", "answers", "user", "language", "terms"]}),
        (_("Dates"), {"fields": ["created_at", "paid_at", "cancelled_at", "kept_until"]}),
        (_("Tickets"), {"fields": ["tickets"]}),
        (_("Payment"), {"fields": ["balance", "received_so_far", "payments", "disputes"]}),
        (_("E-mails"), {"fields": ["emails"]}),
        (_("Log"), {"fields": ["log"]}),
    ]

    @display(description=_("answers"))
    def answers(self, order: Order) -> str:
        """Show the answers for the order, then those for single tickets."""
        rows = [(label, value, "") for label, value in labelled(order.details)]
        for ticket in order.in_order():
            rows += [(label, value, ticket.label) for label, value in labelled(ticket.details)]
        return table([_("field"), _("answer"), _("ticket")], rows)

    def get_list_display(self, request: HttpRequest) -> Any:
        names = [
            name for name in super().get_list_display(request) if _may_see(user_of(request), name)
        ]
        return names if may_see_contacts(user_of(request)) else ["reference", "name", *names[2:]]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return OrdersWithBalance

    def get_fieldsets(self, request: HttpRequest, obj: Any | None = None) -> list[Any]:
        """Leave out fields that the user has no permission for."""
        shown = []
        for title, options in self.fieldsets:
            fields = [name for name in options["fields"] if _may_see(user_of(request), name)]
            if fields:
                shown.append((title, {**options, "fields": fields}))
        return shown

    def get_fields(self, request: HttpRequest, obj: Any | None = None) -> Any:
        shown = self.get_fieldsets(request, obj)
        return [name for _title, options in shown for name in options["fields"]]

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Refuse filters in the URL on fields that the user cannot see."""
        return _may_see(user_of(request), lookup.split("__")[0]) and super().lookup_allowed(
            lookup, value, request
        )

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search with `search_orders`, which uses indexes only."""
        if not search_term.strip():
            return queryset, False
        chosen = parse_key(request.GET.get("performance__id__exact"))
        performances = None if chosen is None else Performance.objects.filter(pk=chosen)
        by_address = may_see_contacts(user_of(request))
        found = search_orders(
            search_term, queryset, performances=performances, by_address=by_address
        )
        return found, False

    @display(description=_("customer"), ordering="name")
    def who(self, order: Order) -> Any:
        return format_html("{}<br>{}", order.name, order.email)

    @display(description=_("total"), ordering="total")
    def sum(self, order: Order) -> str:
        return money(order.total, order.currency)

    @display(description=_("order fee"))
    def order_fee_sum(self, order: Order) -> str:
        fee = money(order.order_fee, order.currency)
        return _("%s, refunded") % fee if order.order_fee_refunded_at else fee

    @display(description=_("VAT included"))
    def taxes(self, order: Order) -> str:
        """Show net and tax by rate of the valid tickets and the order fee."""
        lines = tax_lines(order) if order.is_confirmed else []
        return format_html_join("", "{}<br>", ((t,) for t in tax_texts(lines, order.currency)))

    @display(description=_("accepted terms"))
    def terms(self, order: Order) -> str:
        """Link the terms of sale that were accepted."""
        text = published_text(order.accepted_terms_id)
        return format_html('<a href="{}">{}</a>', text.get_absolute_url(), text) if text else "–"

    @display(description=_("balance"))
    def balance(self, order: Order) -> str:
        """Show what was paid less all refunds."""
        if hasattr(order, "amounts"):
            amounts = order.amounts
        else:
            amounts = amounts_of([order]).get(order.pk)
        return "–" if amounts is None else money(amounts.balance, order.currency)

    @display(description=_("received so far"))
    def received_so_far(self, order: Order) -> str:
        """Show what came by bank transfer, as long as it is less than what is due."""
        return money(order.received, order.currency) if order.received else "–"

    @display(description=_("status"), ordering="status", label=COLOURS)
    def state(self, order: Order) -> tuple[str, Any]:
        if order.is_disputed:
            return "disputed", _("%s, disputed") % order.get_status_display()
        if order.is_reserved and order.pays_by_link:
            return order.status, _("link to pay sent")
        if order.merged_into_id:
            return "lapsed", _("merged")
        return order.status, order.get_status_display()

    @display(description=_("tickets moved"))
    def merged(self, order: Order) -> Any:
        """Link the order into which it was merged, and those that paid for tickets here."""
        paid = Order.objects.filter(moved_tickets__order=order).distinct()
        links = [(_("paid with %s"), one) for one in paid.order_by("pk")]
        if order.merged_into is not None:
            links.insert(0, (_("merged into %s"), order.merged_into))
        shown = ((link("bookings_order", one.pk, text % one.reference),) for text, one in links)
        return format_html_join("", "{}<br>", shown) or "–"

    @display(description=_("reserved until"))
    def kept_until(self, order: Order) -> datetime | None:
        if order.is_confirmed:
            return None
        return order.payable_until or order.hold.expires_at

    @display(description=_("tickets"))
    def tickets(self, order: Order) -> str:
        return table(
            [_("seat"), _("category"), _("price"), _("holder"), _("status")],
            (
                [
                    link("bookings_ticket", ticket.pk, ticket.label),
                    " · ".join(filter(None, [ticket.category, ticket.concession])),
                    money(ticket.price, order.currency),
                    ticket.holder,
                    capfirst(ticket.get_status_display()),
                ]
                for ticket in order.in_order()
            ),
        )

    @display(description=_("payments and refunds"))
    def payments(self, order: Order) -> str:
        return payments_of(order)

    @display(description=_("disputes"))
    def disputes(self, order: Order) -> str:
        return disputes_of(order)

    @display(description=_("e-mails"))
    def emails(self, order: Order) -> str:
        sent = OutboxEmail.objects.filter(about__order=order.reference, to=order.email)
        return table(
            [_("queued"), _("e-mail"), _("sent")],
            (
                [
                    email.created_at,
                    link("emails_outboxemail", email.pk, get_kind(email.kind).title),
                    email.sent_at,
                ]
                for email in sent.order_by("pk")
            ),
        )

    @display(description=_("log"))
    def log(self, order: Order) -> str:
        entries = LedgerEntry.objects.filter(
            Q(order=order.reference) | Q(hold=order.hold_id, order="")
        ).order_by("pk")
        names = actor_names(entry.actor for entry in entries)
        return table(
            [_("when"), _("what"), _("seats"), _("amount"), _("by"), _("reason")],
            (
                [
                    entry.at,
                    capfirst(entry.get_kind_display()),
                    len(entry.places) or "",
                    "" if entry.amount is None else money(entry.amount, entry.currency),
                    names[entry.actor],
                    entry.detail.get("reason", ""),
                ]
                for entry in entries
            ),
        )

    @action(
        description=_("Resend confirmation"),
        url_path="send-again",
        icon="forward_to_inbox",
        permissions=["act"],
    )
    def send_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send the confirmation again to the address of the order."""
        order = self._order(request, object_id)
        form = ReasonForm(request.POST if was_confirmed(request) else None)
        sent = was_confirmed(request) and form.is_valid()
        if sent and run_or_add_error(send_confirmation_again, form=form, order=order):
            self._log(request, order, _("Resent confirmation"), form)
            messages.success(request, _("The confirmation will be sent to %s.") % order.email)
            return redirect(self._page(order))
        text = _("The confirmation with the tickets will be sent to %s.") % order.email
        title = _("Resend the confirmation of order %s?")
        return self._ask(request, order, title, form, text, _("Send"))

    def _order(self, request: HttpRequest, object_id: str) -> Order:
        order = self.get_object(request, object_id)
        if order is None:
            raise Http404
        return order

    def _page(self, order: Order) -> str:
        return reverse("admin:bookings_order_change", args=[order.pk])


def _may_see(user: User, field: Any) -> bool:
    return field not in FIELD_PERMISSIONS or user.has_perm(FIELD_PERMISSIONS[field])
