"""Orders: found by what a caller may say, read with everything that belongs to them."""

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldBooleanWidget

from bookings.aftersale.cancellation import cancel_tickets, refundable
from bookings.aftersale.resend import send_confirmation_again
from bookings.contacts import CONTACT_PERMISSION, may_see_contacts
from bookings.models import LedgerEntry
from bookings.staff_operations.order_search import search_orders
from core.admin.confirmation import ReasonForm, actor_of, confirm, was_confirmed
from core.admin.read_only import ReadOnlyAdmin
from core.money import money
from emails.kinds import kind_named
from emails.models import OutboxEmail
from payments.models import Payment
from shows.models import Performance

from .actors import actor_names
from .errors import run_or_add_error
from .order_actions import OrderActions
from .tables import table

COLOURS = {"pending": "warning", "paid": "success", "lapsed": "info", "cancelled": "danger"}

# Fields that are shown with a permission beside that to see orders.
NEEDED = {
    "email": CONTACT_PERMISSION,
    "user": CONTACT_PERMISSION,
    "tickets": "bookings.view_ticket",
    "payments": "payments.view_payment",
    "emails": "emails.view_outboxemail",
    "log": "bookings.view_ledgerentry",
}


class CancelForm(ReasonForm):
    """Which tickets to cancel, and what becomes of their money."""

    tickets = forms.ModelMultipleChoiceField(
        None, label=_("tickets"), widget=UnfoldAdminCheckboxSelectMultipleWidget
    )
    refund = forms.BooleanField(
        label=_("send the money back"),
        required=False,
        initial=True,
        widget=UnfoldBooleanWidget,
    )
    keep_fee = forms.BooleanField(
        label=_("keep the fee"), required=False, widget=UnfoldBooleanWidget
    )
    field_order = ["tickets", "refund", "keep_fee", "reason"]

    def __init__(self, data, *, order):
        super().__init__(data)
        self.fields["tickets"].queryset = order.tickets.valid().order_by("place_id")
        self.fields["tickets"].label_from_instance = lambda ticket: (
            f"{ticket.label} · {money(ticket.price, order.currency)}"
        )


class OrderAdmin(OrderActions, ReadOnlyAdmin):
    list_display = ["reference", "who", "performance", "quantity", "sum", "state", "created_at"]
    list_filter = ["status", ("performance", AutocompleteSelectFilter), "created_at"]
    list_filter_submit = True
    list_select_related = ["performance__show", "performance__venue"]
    secret_fields = ("key",)
    search_fields = ["reference"]  # See `get_search_results`.
    search_help_text = _(
        "Reference, name, address, seat (“Stalls F 12”, “Nachtmusik F 12”), or the last four of a"
        " reference, a card or the provider’s number"
    )
    date_hierarchy = "created_at"
    view_on_site = False  # The page of an order is its customer's.
    actions_detail = [
        {
            "title": _("Do"),
            "icon": "bolt",
            "items": ["cancel", "give_back", "move", "reissue", "send_again", "write_note"],
        }
    ]
    fieldsets = [
        (None, {"fields": ["reference", "status", "performance", "quantity", "sum", "note"]}),
        (_("Customer"), {"fields": ["name", "email", "user", "language"]}),
        (_("Dates"), {"fields": ["created_at", "paid_at", "cancelled_at", "kept_until"]}),
        (_("Tickets"), {"fields": ["tickets"]}),
        (_("Money"), {"fields": ["payments"]}),
        (_("Letters"), {"fields": ["emails"]}),
        (_("Log"), {"fields": ["log"]}),
    ]

    def get_list_display(self, request):
        names = super().get_list_display(request)
        return names if may_see_contacts(request.user) else ["reference", "name", *names[2:]]

    def get_fieldsets(self, request, obj=None):
        """Leave out what the reader's role does not need."""
        shown = []
        for title, options in self.fieldsets:
            fields = [name for name in options["fields"] if _may_see(request.user, name)]
            if fields:
                shown.append((title, {**options, "fields": fields}))
        return shown

    def get_fields(self, request, obj=None):
        shown = self.get_fieldsets(request, obj)
        return [name for _title, options in shown for name in options["fields"]]

    def lookup_allowed(self, lookup, value, request):
        """Filters in the address of the page must not tell what the page does not show."""
        return _may_see(request.user, lookup.split("__")[0]) and super().lookup_allowed(
            lookup, value, request
        )

    def get_search_results(self, request, queryset, search_term):
        """Orders are many: they are found by indexes alone."""
        if not search_term.strip():
            return queryset, False
        chosen = request.GET.get("performance__id__exact", "")
        performances = Performance.objects.filter(pk=chosen) if chosen.isdecimal() else None
        by_address = may_see_contacts(request.user)
        found = search_orders(
            search_term, queryset, performances=performances, by_address=by_address
        )
        return found, False

    @display(description=_("customer"), ordering="name")
    def who(self, order):
        return format_html("{}<br>{}", order.name, order.email)

    @display(description=_("total"), ordering="total")
    def sum(self, order):
        return money(order.total, order.currency)

    @display(description=_("status"), ordering="status", label=COLOURS)
    def state(self, order):
        return order.status, order.get_status_display()

    @display(description=_("places kept until"))
    def kept_until(self, order):
        return None if order.is_confirmed else order.hold.expires_at

    @display(description=_("tickets"))
    def tickets(self, order):
        return table(
            [_("place"), _("category"), _("price"), _("holder"), _("status")],
            (
                [
                    _link("bookings_ticket", ticket.pk, ticket.label),
                    " · ".join(filter(None, [ticket.category, ticket.concession])),
                    money(ticket.price, order.currency),
                    ticket.holder,
                    ticket.get_status_display(),
                ]
                for ticket in order.in_order()
            ),
        )

    @display(description=_("payments and refunds"))
    def payments(self, order):
        payments = Payment.objects.for_purpose_and_additions(order.reference).prefetch_related(
            "refunds"
        )
        return table(
            [_("when"), _("what"), _("amount"), _("status"), _("note")],
            (row for payment in payments.order_by("pk") for row in _rows_of(payment)),
        )

    @display(description=_("emails"))
    def emails(self, order):
        letters = OutboxEmail.objects.filter(about__order=order.reference, to=order.email)
        return table(
            [_("owed"), _("letter"), _("written")],
            (
                [
                    letter.created_at,
                    _link("emails_outboxemail", letter.pk, kind_named(letter.kind).title),
                    letter.written_at,
                ]
                for letter in letters.order_by("pk")
            ),
        )

    @display(description=_("log"))
    def log(self, order):
        lines = LedgerEntry.objects.filter(
            Q(order=order.reference) | Q(hold=order.hold_id, order="")
        ).order_by("pk")
        names = actor_names(line.actor for line in lines)
        return table(
            [_("when"), _("what"), _("places"), _("amount"), _("who"), _("detail")],
            (
                [
                    line.at,
                    line.get_kind_display(),
                    len(line.places) or "",
                    "" if line.amount is None else money(line.amount, line.currency),
                    names[line.actor],
                    line.detail.get("reason", ""),
                ]
                for line in lines
            ),
        )

    @action(description=_("Cancel tickets"), url_path="cancel", icon="block", permissions=["act"])
    def cancel(self, request, object_id):
        """Cancel tickets of the order, with a reason, and send their money back."""
        order = self._order(request, object_id)
        form = CancelForm(request.POST if was_confirmed(request) else None, order=order)
        if was_confirmed(request) and form.is_valid() and self._cancel(request, order, form):
            return redirect(self._page(order))
        tickets = list(form.fields["tickets"].queryset)
        if not tickets:
            messages.warning(request, _("This order has no valid tickets."))
            return redirect(self._page(order))
        words = _("All of them together: %(all)s; without fees: %(less)s.") % {
            "all": money(refundable(tickets, keep_fee=False), order.currency),
            "less": money(refundable(tickets, keep_fee=True), order.currency),
        }
        title = _("Cancel tickets of order %s") % order.reference
        return confirm(
            request, self, title=title, button=_("Cancel the tickets"), form=form, words=words
        )

    @action(
        description=_("Send the confirmation again"),
        url_path="send-again",
        icon="forward_to_inbox",
        permissions=["act"],
    )
    def send_again(self, request, object_id):
        """Send the confirmation once more, with a reason, to the address of the order."""
        order = self._order(request, object_id)
        form = ReasonForm(request.POST if was_confirmed(request) else None)
        sent = was_confirmed(request) and form.is_valid()
        if sent and run_or_add_error(send_confirmation_again, form=form, order=order):
            self._write_down(request, order, _("Sent the confirmation again"), form)
            messages.success(request, _("It is on its way to %s.") % order.email)
            return redirect(self._page(order))
        words = _("The confirmation with its link to the tickets goes to %s.") % order.email
        title = _("Send the confirmation of order %s again?")
        return self._ask(request, order, title, form, words, _("Send"))

    def _cancel(self, request, order, form):
        fields = dict(form.cleaned_data)
        done = run_or_add_error(
            cancel_tickets,
            form=form,
            beside="tickets",
            order=order,
            actor=actor_of(request),
            ticket_ids=[ticket.pk for ticket in fields.pop("tickets")],
            by_staff=True,
            **fields,
        )
        if done is None:
            return False
        self.log_change(request, order, _("Cancelled tickets: %s") % fields["reason"])
        messages.success(request, _("Cancelled. The customer is told by letter."))
        return True

    def _order(self, request, object_id):
        order = self.get_object(request, object_id)
        if order is None:
            raise Http404
        return order

    def _page(self, order):
        return reverse("admin:bookings_order_change", args=[order.pk])


def _may_see(user, field):
    return field not in NEEDED or user.has_perm(NEEDED[field])


def _rows_of(payment):
    """A payment's row, and one for each refund beneath it."""
    yield [
        payment.captured_at or payment.created_at,
        _link("payments_payment", payment.pk, _paid_by(payment)),
        money(payment.amount, payment.currency),
        payment.get_status_display(),
        payment.failure,
    ]
    for refund in payment.refunds.all():
        yield [
            refund.sent_at or refund.created_at,
            _link("payments_refund", refund.pk, _("refund")),
            money(-refund.amount, payment.currency),
            refund.get_status_display(),
            refund.failure or refund.reason,
        ]


def _paid_by(payment):
    return _("payment, card …%s") % payment.card if payment.card else _("payment")


def _link(model, pk, words):
    url = reverse(f"admin:{model}_change", args=[pk])
    return format_html('<a class="text-link" href="{}">{}</a>', url, words)
