"""Till sessions in the admin: read-only, with a report of payments taken by hand."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminDateWidget

from bookings.admin.actors import ActorsAdmin, actor_names
from core.admin.bases import ReadOnlyAdmin
from core.money import money
from core.spreadsheets import spreadsheet

from ..models import TillEntry, TillSession
from ..till.summary import Takings, takings_between, totals_by_currency


class PeriodForm(forms.Form):
    """A period of days."""

    first = forms.DateField(label=gettext_lazy("From"), widget=UnfoldAdminDateWidget)
    last = forms.DateField(label=gettext_lazy("To"), widget=UnfoldAdminDateWidget)

    def clean(self) -> None:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and last < first:
            self.add_error("last", _("The end date is before the start date."))


@admin.register(TillSession)
class TillSessionAdmin(ReadOnlyAdmin):
    list_display = [
        "till",
        "cashier_name",
        "opened_at",
        "closed_at",
        "opening",
        "expected_cash",
        "counted_cash",
        "difference",
    ]
    list_filter = ["till", "opened_at"]
    search_fields = ["till", "cashier_name"]
    date_hierarchy = "opened_at"
    actions_list = ["takings"]

    @display(description=gettext_lazy("float"), ordering="opening_float")
    def opening(self, session: TillSession) -> str:
        return money(session.opening_float, session.currency)

    @display(description=gettext_lazy("expected"), ordering="expected")
    def expected_cash(self, session: TillSession) -> str:
        return _amount(session.expected, session.currency)

    @display(description=gettext_lazy("counted"), ordering="counted")
    def counted_cash(self, session: TillSession) -> str:
        return _amount(session.counted, session.currency)

    @display(description=gettext_lazy("difference"))
    def difference(self, session: TillSession) -> str:
        return _amount(session.difference, session.currency)

    def view_on_site(self, session: TillSession) -> str | None:
        return None if session.is_open else session.get_absolute_url()

    @action(description=gettext_lazy("Takings by cashier"), permissions=["view"])
    def takings(self, request: HttpRequest) -> HttpResponseBase:
        """Show payments taken by hand, by day, cashier and method; `format=csv` downloads them."""
        today = timezone.localdate()
        data = request.GET if "first" in request.GET else {"first": today, "last": today}
        form = PeriodForm(data)
        rows = (
            _takings(form.cleaned_data["first"], form.cleaned_data["last"])
            if form.is_valid()
            else []
        )
        names = actor_names({row.actor for row in rows})
        if request.GET.get("format") == "csv" and form.is_valid():
            return spreadsheet(_table(rows, names), name="takings", file_format="csv")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Takings by cashier"),
            "opts": self.opts,
            "form": form,
            "rows": [(row, names[row.actor]) for row in rows],
            "totals": totals_by_currency(rows),
            "query": request.GET.urlencode(),
        }
        status = 200 if form.is_valid() else 422
        return render(request, "admin/finance/takings.html", context, status=status)


@admin.register(TillEntry)
class TillEntryAdmin(ActorsAdmin, ReadOnlyAdmin):
    list_display = ["created_at", "session", "kind", "method", "sum", "reference", "who", "reason"]
    list_filter = ["kind", "method", "created_at"]
    list_select_related = ["session"]
    search_fields = ["reference", "session__till", "session__cashier_name"]
    date_hierarchy = "created_at"

    @display(description=gettext_lazy("amount"), ordering="amount")
    def sum(self, entry: TillEntry) -> str:
        return money(entry.amount, entry.currency)

    @display(description=gettext_lazy("who"), ordering="actor")
    def who(self, entry: TillEntry) -> str:
        return entry.session.cashier_name if entry.session else self.actor_name(entry)


def _amount(amount: Decimal | None, currency: str) -> str:
    return "–" if amount is None else money(amount, currency)


def _takings(first: date, last: date) -> list[Takings]:
    start = timezone.make_aware(datetime.combine(first, time()))
    end = timezone.make_aware(datetime.combine(last + timedelta(days=1), time()))
    return takings_between(start, end)


def _table(rows: list[Takings], names: dict[str, str]) -> Iterator[list[Any]]:
    yield ["day", "cashier", "method", "currency", "sales", "refunds", "net"]
    for row in rows:
        amounts = [row.sold, row.refunded, row.net]
        yield [row.day, names[row.actor], row.method, row.currency, *amounts]
