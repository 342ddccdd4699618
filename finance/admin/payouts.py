"""Payouts of payment providers in the admin, with the explanation of each movement."""

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from core.admin.bases import ReadOnlyAdmin
from core.money import money
from payments.models import Payout, PayoutLine

from ..models import BankDebit, BankTransfer, ReconciliationTask
from ..reconciliation.texts import text_of

COLOURS = {"pending": "info", "paid": "success", "failed": "danger"}
LINK = "font-semibold underline"
# Movements on the page; a payout has rarely more, and the export of payments has them all.
MOST_LINES = 1000


@admin.register(Payout)
class PayoutAdmin(ReadOnlyAdmin):
    """Payouts are made by the provider. A bank transfer is assigned to one on its own page."""

    list_display = [
        "provider_reference",
        "sum",
        "state",
        "arrives_on",
        "created_at",
        "is_complete",
        "on_account",
    ]
    list_filter = [
        "status",
        "provider",
        "created_at",
        ("bank_line", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["bank_line"]
    search_fields = ["provider_reference", "bank_reference"]
    search_help_text = gettext_lazy("Provider’s reference, or that on the bank statement")
    fields = [
        "provider",
        "provider_reference",
        "status",
        "sum",
        "created_at",
        "arrives_on",
        "bank_reference",
        "bank_line_of",
        "difference",
        "tasks",
        "movements",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Payout]:
        return super().get_queryset(request).select_related("bank_line", "bank_debit")

    @display(description=gettext_lazy("amount"), ordering="amount")
    def sum(self, payout: Payout) -> str:
        return money(payout.amount, payout.currency)

    @display(description=gettext_lazy("status"), ordering="status", label=COLOURS)
    def state(self, payout: Payout) -> tuple[str, str]:
        return payout.status, payout.get_status_display()

    @display(description=gettext_lazy("on bank statement"))
    def on_account(self, payout: Payout) -> str:
        line = _line_of(payout)
        return date_format(line.booked_on, "SHORT_DATE_FORMAT") if line else "–"

    @display(description=gettext_lazy("bank statement"))
    def bank_line_of(self, payout: Payout) -> SafeString | str:
        line = _line_of(payout)
        if line is None:
            return _("Not matched with a bank transfer yet.")
        url = reverse(f"admin:finance_{line._meta.model_name}_change", args=[line.pk])
        booked = date_format(line.booked_on, "SHORT_DATE_FORMAT")
        amount = money(_moved(line), line.currency)
        who = line.payee if isinstance(line, BankDebit) else line.payer
        text = f"{booked} · {amount} · {who}"
        return format_html('<a class="{}" href="{}">{}</a>', LINK, url, text)

    @display(description=gettext_lazy("difference"))
    def difference(self, payout: Payout) -> str:
        """Show the payout less its movements, and less what arrived at the bank."""
        parts = []
        if payout.is_complete:
            net = sum(line.net for line in payout.lines.all())
            parts.append(
                _("%(amount)s to its movements") % {"amount": _money(payout, payout.amount - net)}
            )
        if line := _line_of(payout):
            left = _money(payout, payout.amount - _moved(line))
            parts.append(_("%(amount)s to the bank statement") % {"amount": left})
        return ", ".join(parts) or "–"

    @display(description=gettext_lazy("does not fit"))
    def tasks(self, payout: Payout) -> SafeString | str:
        tasks = ReconciliationTask.objects.open().filter(
            Q(key__startswith=f"payout:{payout.pk}:")
            | Q(key__in=[f"line:{line.pk}" for line in payout.lines.all()])
        )
        items = [
            (reverse("admin:finance_reconciliationtask_change", args=[task.pk]), text_of(task))
            for task in tasks
        ]
        if not items:
            return _("Everything is explained.")
        row = '<li><a class="{}" href="{}">{}</a></li>'
        body = format_html_join("", row, [(LINK, *item) for item in items])
        return format_html("<ul>{}</ul>", body)

    @display(description=gettext_lazy("movements"))
    def movements(self, payout: Payout) -> SafeString | str:
        """Show each movement with its explanation."""
        if not payout.is_complete:
            return _("The provider does not list them yet.")
        lines = list(payout.lines.select_related("payment", "refund", "dispute")[:MOST_LINES])
        head = [_("Time"), _("Kind"), _("Explained by"), _("Gross"), _("Fee"), _("Net")]
        rows = [
            (
                date_format(line.created_at, "SHORT_DATETIME_FORMAT"),
                capfirst(line.get_kind_display()),
                explanation_of(line),
                *[_money(payout, amount) for amount in (line.gross, line.fee, line.net)],
            )
            for line in lines
        ]
        row = "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>"
        table = format_html(
            "<div class='admin-scroll'><table class='admin-table'><thead><tr>{}</tr></thead>"
            "<tbody>{}</tbody></table></div>",
            format_html_join("", "<th scope='col'>{}</th>", [(text,) for text in head]),
            format_html_join("", row, rows),
        )
        left = payout.lines.count() - len(lines)
        note = _("and %(count)d more.") % {"count": left} if left > 0 else ""
        return format_html("{}{}", table, note)


def explanation_of(line: PayoutLine) -> SafeString | str:
    """Return a link to the payment, refund or dispute of a movement, or its description."""
    for name in ("dispute", "refund", "payment"):
        found: Any = getattr(line, name)
        if found is not None and (name != "payment" or line.kind == PayoutLine.Kind.PAYMENT):
            return _link(name, found.pk, f"{_label(name)} · {_purpose(line)}")
    if line.returned_payout_id:
        return _link("payout", line.returned_payout_id, capfirst(line.get_kind_display()))
    if line.kind == PayoutLine.Kind.FEE:
        return line.description or capfirst(line.get_kind_display())
    return _("Not known: %s") % (line.description or line.provider_reference)


def _link(name: str, pk: int, text: str) -> SafeString:
    url = reverse(f"admin:payments_{name}_change", args=[pk])
    return format_html('<a class="{}" href="{}">{}</a>', LINK, url, text)


def _label(name: str) -> str:
    return {"dispute": _("Dispute"), "refund": _("Refund"), "payment": _("Payment")}[name]


def _purpose(line: PayoutLine) -> str:
    return line.payment.purpose if line.payment else ""


def _money(payout: Payout, amount: Any) -> str:
    return money(amount, payout.currency)


def _line_of(payout: Payout) -> BankTransfer | BankDebit | None:
    """Return the amount that arrived at the bank account, or was collected from it."""
    transfer: BankTransfer | None = getattr(payout, "bank_line", None)
    debit: BankDebit | None = getattr(payout, "bank_debit", None)
    return transfer or debit


def _moved(line: BankTransfer | BankDebit) -> Decimal:
    return -line.amount if isinstance(line, BankDebit) else line.amount
