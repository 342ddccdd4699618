"""Settlements in the admin: drafts are edited, previewed and issued."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.requests import user_of
from core.admin.autocomplete import AutocompletingAdmin
from core.admin.bases import ModelAdmin
from core.admin.confirmation import IRREVERSIBLE, confirm, was_confirmed
from core.exceptions import Refused
from core.money import check_amount, money
from core.primary_keys import parse_key
from core.spreadsheets import CONTENT_TYPES, to_xlsx

from ..exceptions import CannotSettle
from ..models import Settlement
from ..settlement.statement_pdf import money_rows, statement_pdf, statement_rows
from ..settlement.statements import Statement, check_performances, issue, work_out

XLSX = CONTENT_TYPES["xlsx"]
MAX_AMOUNT = Decimal(10) ** 9


class SettlementForm(forms.ModelForm):
    """A draft. Deductions are entered one per line: their purpose, and the amount."""

    deductions_text = forms.CharField(
        label=gettext_lazy("Deductions"),
        required=False,
        max_length=5000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=gettext_lazy("One a line, such as: Hotel; 240.00"),
    )

    class Meta:
        model = Settlement
        fields = [
            "performances",
            "promoter",
            "deal",
            "guarantee",
            "percentage",
            "threshold",
            "keeps_fees",
            "charges",
            "advances",
            "note",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "promoter" in self.fields:  # Only where the page can be changed.
            self.fields["promoter"].required = False
            self.fields["promoter"].help_text = _(
                "Name and address, as printed. Leave empty for the promoter of the show."
            )
            self.fields["deductions_text"].initial = _deductions_text(self.instance)

    def clean_deductions_text(self) -> list[list[str]]:
        lines = self.cleaned_data["deductions_text"].splitlines()
        return [_deduction(line) for line in lines if line.strip()]

    def clean_promoter(self) -> str:
        """Default to the promoter of the show."""
        text: str = self.cleaned_data["promoter"]
        performances = self.cleaned_data.get("performances")
        promoter = performances[0].show.promoter if performances else None
        if not text and promoter is not None:
            text = ", ".join(filter(None, [promoter.name, promoter.address]))
        if not text:
            raise ValidationError(_("Enter the promoter, or choose one on the show."))
        return text

    def clean_performances(self) -> Any:
        performances = self.cleaned_data["performances"]
        try:
            check_performances(performances)
        except CannotSettle as refusal:
            raise ValidationError(str(refusal)) from refusal
        return performances

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        performances = data.get("performances")
        if performances:
            currency = performances[0].currency
            for name in ("guarantee", "threshold", "charges", "advances"):
                if data.get(name) is not None:
                    self._check(name, data[name], currency)
            for _text, amount in data.get("deductions_text", ()):
                self._check("deductions_text", Decimal(amount), currency)
        return data

    def save(self, commit: bool = True) -> Any:
        self.instance.deductions = self.cleaned_data["deductions_text"]
        return super().save(commit)

    def _check(self, field: str, amount: Decimal, currency: str) -> None:
        try:
            check_amount(amount, currency)
        except ValidationError as error:
            self.add_error(field, error)


@admin.register(Settlement)
class SettlementAdmin(AutocompletingAdmin, ModelAdmin):
    form = SettlementForm
    fields = [*SettlementForm.Meta.fields[:-1], "deductions_text", "note"]
    autocomplete_fields = ["performances"]
    list_display = ["promoter", "shows", "number", "status", "payable", "issued_at", "issued_by"]
    list_filter = ["status", "issued_at"]
    search_fields = ["promoter", "performances__show__title"]
    actions_detail = ["preview", "issue_it", "pdf", "xlsx"]

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).defer("pdf", "xlsx").select_related("issued_by")
        return rows.prefetch_related("performances__show")

    def response_add(
        self, request: HttpRequest, obj: Settlement, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Redirect to the draft, which is previewed and issued there."""
        if "_addanother" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        messages.success(request, _("Draft saved. Preview it, then issue it."))
        return redirect("admin:finance_settlement_change", obj.pk)

    @display(description=gettext_lazy("Deductions"))
    def deductions_text(self, settlement: Settlement) -> str:
        return _deductions_text(settlement) or "–"

    @display(description=gettext_lazy("show"))
    def shows(self, settlement: Settlement) -> str:
        titles = {one.show.title for one in settlement.performances.all()}
        return ", ".join(sorted(titles))

    @display(description=gettext_lazy("to pay"), ordering="to_pay")
    def payable(self, settlement: Settlement) -> str:
        return "–" if settlement.to_pay is None else money(settlement.to_pay, settlement.currency)

    def has_change_permission(self, request: HttpRequest, obj: Settlement | None = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.is_issued)

    def has_delete_permission(self, request: HttpRequest, obj: Settlement | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.is_issued)

    def has_draft_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._is_issued(object_id) is False and super().has_change_permission(request)

    def has_issued_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._is_issued(object_id) is True and self.has_view_permission(request)

    @action(description=gettext_lazy("Preview"), url_path="preview", permissions=["draft"])
    def preview(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Return the draft as PDF, or as XLSX with `format=xlsx`."""
        settlement = self._get(request, object_id)
        try:
            statement = work_out(settlement)
        except Refused as refusal:
            return self._refuse(request, settlement, refusal)
        if request.GET.get("format") == "xlsx":
            return _file(to_xlsx(statement_rows(statement)), XLSX, f"draft-{settlement.pk}.xlsx")
        pdf = statement_pdf(statement, issued_at=None)
        return _file(pdf, "application/pdf", f"draft-{settlement.pk}.pdf")

    @action(
        description=gettext_lazy("Issue"),
        url_path="issue",
        permissions=["draft"],
        attrs=IRREVERSIBLE,
    )
    def issue_it(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the result; the confirmed POST issues it."""
        settlement = self._get(request, object_id)
        back = reverse("admin:finance_settlement_change", args=[settlement.pk])
        try:
            if was_confirmed(request):
                issue(settlement=settlement, by=user_of(request))
                messages.success(request, _("The settlement has been issued."))
                return redirect(back)
            statement = work_out(settlement)
        except Refused as refusal:
            return self._refuse(request, settlement, refusal)
        return confirm(
            request,
            self,
            title=_("Issue settlement no. %(number)d") % {"number": statement.number},
            button=_("Issue"),
            text=_("An issued settlement can't be changed. Later refunds are in the next one."),
            outcome=_outcome(statement),
            back=back,
        )

    @action(description=gettext_lazy("PDF"), url_path="pdf", permissions=["issued"])
    def pdf(self, request: HttpRequest, object_id: str) -> HttpResponse:
        settlement = self._get(request, object_id)
        if not settlement.is_issued:
            raise Http404
        name = f"settlement-{settlement.pk}.pdf"
        return _file(bytes(settlement.pdf or b""), "application/pdf", name)

    @action(description=gettext_lazy("XLSX"), url_path="xlsx", permissions=["issued"])
    def xlsx(self, request: HttpRequest, object_id: str) -> HttpResponse:
        settlement = self._get(request, object_id)
        if not settlement.is_issued:
            raise Http404
        return _file(bytes(settlement.xlsx or b""), XLSX, f"settlement-{settlement.pk}.xlsx")

    def _get(self, request: HttpRequest, object_id: str) -> Settlement:
        settlement: Settlement | None = self.get_object(request, object_id)
        if settlement is None:
            raise Http404
        return settlement

    def _is_issued(self, object_id: Any) -> bool | None:
        """Return whether the settlement is issued, or None if there is none by this key."""
        key = parse_key(object_id)
        if key is None:
            return None
        found = Settlement.objects.filter(pk=key).only("status").first()
        return None if found is None else found.is_issued

    def _refuse(
        self, request: HttpRequest, settlement: Settlement, refusal: Refused
    ) -> HttpResponse:
        messages.error(request, str(refusal))
        return redirect("admin:finance_settlement_change", settlement.pk)


def _deductions_text(settlement: Settlement) -> str:
    return "\n".join(f"{text}; {amount}" for text, amount in settlement.deductions)


def _deduction(line: str) -> list[str]:
    text, _semicolon, amount = line.rpartition(";")
    try:
        value = Decimal(amount.strip().replace(",", "."))
    except InvalidOperation:
        value = Decimal("NaN")
    if not text.strip() or not value.is_finite() or not 0 <= value < MAX_AMOUNT:
        raise ValidationError(
            _("“%(line)s”: write what it is for, a semicolon and the amount.") % {"line": line}
        )
    return [text.strip(), f"{value:f}"]


def _outcome(statement: Statement) -> SafeString:
    currency = statement.figures.currency
    rows = [(text, money(amount, currency)) for text, amount in money_rows(statement)]
    body = format_html_join("", "<tr><th scope='row'>{}</th><td>{}</td></tr>", rows)
    return format_html("<table class='admin-table'>{}</table>", body)


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type=kind, headers=headers)
