"""Tax documents in the admin: found, read and downloaded, never changed."""

from datetime import date, timedelta
from tempfile import TemporaryFile
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget

from core.admin.bases import ReadOnlyAdmin
from core.admin.confirmation import confirm, was_confirmed
from core.money import money
from finance.documents.archive import write_month
from finance.documents.views import pdf_response
from finance.models import Document
from finance.pdf_rows import amount_of, rate_of
from organisation.models import Seller

COLOURS = {
    "invoice": "success",
    "credit_note": "warning",
    "receipt": "info",
    "refund_receipt": "info",
}


class MonthForm(forms.Form):
    """The month whose documents are exported."""

    year = forms.IntegerField(
        label=_("year"), min_value=2000, max_value=2999, widget=UnfoldAdminIntegerFieldWidget
    )
    month = forms.IntegerField(
        label=_("month"), min_value=1, max_value=12, widget=UnfoldAdminIntegerFieldWidget
    )
    seller = forms.ModelChoiceField(
        Seller.objects.all(),
        label=_("seller"),
        required=False,
        empty_label=_("all"),
        widget=UnfoldAdminSelectWidget,
    )


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    list_display = [
        *["what", "state", "order", "buyer", "seller", "issued_on", "sum", "included", "get_it"],
    ]
    list_filter = ["kind", "seller", "currency", "issued_on"]
    list_select_related = ["seller"]
    search_fields = ["number", "order"]
    search_help_text = _("Number, or the reference of an order")
    date_hierarchy = "issued_on"
    fields = [
        *["what", "kind", "seller", "order", "buyer", "issued_on", "issued_at", "sum"],
        *["rates", "corrects", "keep_until", "hash_of_file", "get_it"],
    ]
    actions_list = ["export_month"]

    def get_urls(self) -> list[Any]:
        download = self.admin_site.admin_view(self.download)
        return [
            path("<int:pk>/download/", download, name="finance_document_download"),
            *super().get_urls(),
        ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        found, may_repeat = super().get_search_results(request, queryset, search_term.upper())
        return found, may_repeat

    def download(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return the file of a document as it was issued."""
        document = self.get_queryset(request).filter(pk=pk).first()
        if document is None or not self.has_view_permission(request, document):
            raise Http404
        return pdf_response(document)

    @action(description=_("Export month (ZIP)"), url_path="month", icon="folder_zip")
    def export_month(self, request: HttpRequest) -> Any:
        """Download all documents of a month, with a list of them, for the accountant."""
        if not self.has_view_permission(request):
            raise Http404
        last = timezone.localdate().replace(day=1) - timedelta(days=1)
        form = MonthForm(
            request.POST if was_confirmed(request) else None,
            initial={"year": last.year, "month": last.month},
        )
        if was_confirmed(request) and form.is_valid():
            return _month(**form.cleaned_data)
        return confirm(
            request,
            self,
            title=gettext("Export the documents of a month"),
            button=gettext("Download"),
            form=form,
            text=gettext("PDF files and a list as CSV."),
        )

    @display(description=_("document"), ordering="number")
    def what(self, document: Document) -> str:
        return document.number or document.order

    @display(description=_("kind"), ordering="kind", label=COLOURS)
    def state(self, document: Document) -> tuple[str, str]:
        return document.kind, document.get_kind_display()

    @display(description=_("made out to"))
    def buyer(self, document: Document) -> str:
        buyer = document.content["buyer"]
        return buyer["name"] if buyer else "–"

    @display(description=_("amount"), ordering="gross")
    def sum(self, document: Document) -> str:
        return money(document.gross, document.currency)

    @display(description=_("tax"), ordering="tax")
    def included(self, document: Document) -> str:
        return money(document.tax, document.currency)

    @display(description=_("tax by rate"))
    def rates(self, document: Document) -> str:
        return "; ".join(
            f"{rate_of(tax.rate, tax.exemption)}: {amount_of(tax.tax, document.currency)}"
            for tax in document.what.taxes
        )

    @display(description=_("corrects"))
    def corrects(self, document: Document) -> str:
        return document.content["corrects"] or "–"

    @display(description="SHA-256")
    def hash_of_file(self, document: Document) -> str:
        file = getattr(document, "file", None)
        return file.sha256 if file else "–"

    @display(description=_("file"))
    def get_it(self, document: Document) -> str:
        url = reverse("admin:finance_document_download", args=[document.pk])
        return format_html(
            '<a class="font-semibold underline" href="{}">{}</a>', url, _("Download")
        )


def _month(*, year: int, month: int, seller: Seller | None) -> FileResponse:
    file = TemporaryFile()  # noqa: SIM115  The response closes it.
    write_month(file, year=year, month=month, seller=seller)
    file.seek(0)
    name = f"documents-{date(year, month, 1):%Y-%m}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
