"""The accountant's accounts in the admin, and the export of a month's journal."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget

from core.admin.bases import ModelAdmin
from core.admin.confirmation import confirm, was_confirmed
from core.exceptions import Refused
from organisation.models import Seller

from ..journal.files import journal_csv, journal_datev
from ..journal.month import journal_of
from ..models import JournalAccount, JournalSettings

CSV, DATEV = "csv", "datev"


class JournalForm(forms.ModelForm):
    """The month to export, in which form, and what a DATEV file says in its header."""

    year = forms.IntegerField(
        label=gettext_lazy("year"),
        min_value=2000,
        max_value=2999,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    month = forms.IntegerField(
        label=gettext_lazy("month"),
        min_value=1,
        max_value=12,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    file_format = forms.ChoiceField(
        label=gettext_lazy("format"),
        choices=[(CSV, "CSV"), (DATEV, gettext_lazy("DATEV (Buchungsstapel)"))],
        widget=UnfoldAdminSelectWidget,
    )
    seller = forms.ModelChoiceField(
        label=gettext_lazy("seller"),
        queryset=Seller.objects.all(),
        required=False,
        empty_label=gettext_lazy("all sellers"),
        widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy(
            "Amounts without a show, such as cash put into a till, belong to the first seller."
        ),
    )
    consultant = forms.IntegerField(
        label=gettext_lazy("consultant number (Beraternummer)"),
        min_value=1001,
        max_value=9_999_999,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=gettext_lazy("For DATEV; your accountant knows it."),
    )
    client = forms.IntegerField(
        label=gettext_lazy("client number (Mandantennummer)"),
        min_value=1,
        max_value=99_999,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=gettext_lazy(
            "For DATEV; your accountant knows it. A seller’s own number takes precedence."
        ),
    )
    year_begins_in = forms.IntegerField(
        label=gettext_lazy("first month of the tax year"),
        min_value=1,
        max_value=12,
        widget=UnfoldAdminIntegerFieldWidget,
    )

    class Meta:
        model = JournalSettings
        fields = ["consultant", "client", "year_begins_in"]

    field_order = [
        *["year", "month", "file_format", "seller"],
        *["consultant", "client", "year_begins_in"],
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if Seller.objects.count() < 2:
            del self.fields["seller"]

    @property
    def first_day(self) -> date:
        return date(self.cleaned_data["year"], self.cleaned_data["month"], 1)


class JournalAccountForm(forms.ModelForm):
    """An account; its tax rate is written as in the exports: "19", "5.5"."""

    class Meta:
        model = JournalAccount
        fields = ["purpose", "detail", "number", "tax_code"]

    def clean_detail(self) -> str:
        return str(self.cleaned_data["detail"]).strip().removesuffix("%").strip().replace(",", ".")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        purpose, detail = data.get("purpose"), data.get("detail")
        has_detail = purpose in [*JournalAccount.BY_RATE, *JournalAccount.BY_PROVIDER]
        if detail and not has_detail:
            self.add_error("detail", _("This account is one for all. Leave the field empty."))
        elif detail and purpose in JournalAccount.BY_RATE and not _is_rate(detail):
            self.add_error("detail", _("Enter a tax rate, such as 19."))
        return data


@admin.register(JournalAccount)
class JournalAccountAdmin(ModelAdmin):
    form = JournalAccountForm
    list_display = ["purpose", "detail", "number", "tax_code"]
    list_filter = ["purpose"]
    actions_list = ["export_journal"]

    @action(description=gettext_lazy("Export month"), url_path="export-journal")
    def export_journal(self, request: HttpRequest) -> HttpResponse:
        """Download the journal of a month."""
        if not self.has_view_permission(request):
            return HttpResponse(status=403)
        last = timezone.localdate().replace(day=1) - timedelta(days=1)
        settings = JournalSettings.objects.first() or JournalSettings()
        form = JournalForm(
            request.POST if was_confirmed(request) else None,
            instance=settings,
            initial={"year": last.year, "month": last.month, "file_format": CSV},
        )
        if was_confirmed(request) and form.is_valid():
            try:
                return self._file(request, form)
            except Refused as refusal:
                form.add_error(None, str(refusal))
        return confirm(
            request,
            self,
            title=_("Export the journal of a month"),
            button=_("Download"),
            form=form,
            text=_("Each payment, refund, dispute, fee and payout on two accounts."),
        )

    def _file(self, request: HttpRequest, form: JournalForm) -> HttpResponse:
        if self.has_change_permission(request):
            form.save()
        month, seller = form.first_day, form.cleaned_data.get("seller")
        of_month = f"{seller.document_prefix}-{month:%Y-%m}" if seller else f"{month:%Y-%m}"
        lines = journal_of(month, seller)
        if form.cleaned_data["file_format"] == DATEV:
            content = journal_datev(lines, month, seller)
            name = f"EXTF_Buchungsstapel_{of_month}.csv"
        else:
            name, content = f"journal-{of_month}.csv", journal_csv(lines)
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        }
        return HttpResponse(content, content_type="text/csv", headers=headers)


def _is_rate(text: str) -> bool:
    whole, _point, rest = text.partition(".")
    return whole.isdecimal() and (not rest or rest.isdecimal()) and float(text) <= 100
