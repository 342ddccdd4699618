"""The list of exports in the admin, with their progress and files."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts.requests import user_of
from bookings.access import may_see_contacts
from core.admin.bases import ReadOnlyAdmin
from core.spreadsheets import CONTENT_TYPES
from exports.models import Export, export_storage
from exports.querysets import ExportQuerySet
from exports.sheets import SHEETS, sheets_for

COLOURS = {
    Export.Status.WAITING: "info",
    Export.Status.RUNNING: "warning",
    Export.Status.DONE: "success",
    Export.Status.FAILED: "danger",
}


class ExportAdmin(ReadOnlyAdmin):
    """Users see the exports of all rows that they may see, whoever requested them."""

    list_display = [
        "sheet_title",
        "file_format",
        "progress",
        "state",
        "by",
        "created_at",
        "file_link",
    ]
    list_filter = ["status", "file_format", "created_at"]
    list_select_related = ["by"]
    search_fields = ["sheet", "by__email"]
    search_help_text = _("Report or e-mail address")
    date_hierarchy = "created_at"
    fields = [
        *["sheet_title", "file_format", "filters", "by", "created_at", "finished_at", "failure"],
    ]
    change_form_before_template = "admin/exports/progress.html"

    class Media:
        js = ["js/auto-refresh.js"]

    def get_queryset(self, request: HttpRequest) -> ExportQuerySet:
        rows: Any = super().get_queryset(request)
        rows = rows.of_sheets(sheets_for(user_of(request)))
        return rows if may_see_contacts(user_of(request)) else rows.without_contacts()

    def get_urls(self) -> list[Any]:
        download = self.admin_site.admin_view(self.download)
        return [
            path("<int:pk>/download/", download, name="exports_export_download"),
            *super().get_urls(),
        ]

    def download(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Return the file, if the user may see its rows."""
        export = self.get_queryset(request).filter(pk=pk).first()
        if export is None or not self.has_view_permission(request, export):
            raise Http404
        try:
            if not export.file:
                raise FileNotFoundError
            file = export_storage().open(export.file, "rb")
        except FileNotFoundError:
            messages.warning(request, _("The file is no longer available. Please export again."))
            return redirect("admin:exports_export_change", export.pk)
        return FileResponse(
            file,
            as_attachment=True,
            filename=export.file_name,
            content_type=CONTENT_TYPES[export.file_format],
        )

    @display(description=_("report"), ordering="sheet")
    def sheet_title(self, export: Export) -> str:
        return SHEETS[export.sheet].title

    @display(description=_("rows"), ordering="rows_total")
    def progress(self, export: Export) -> str | int:
        if export.is_open:
            return f"{export.rows_done} / {export.rows_total}"
        return export.rows_done

    @display(description=_("status"), ordering="status", label=COLOURS)
    def state(self, export: Export) -> tuple[str, str]:
        return export.status, export.get_status_display()

    @display(description=_("filters"))
    def filters(self, export: Export) -> Any:
        return export.query or _("none")

    @display(description=_("file"))
    def file_link(self, export: Export) -> str:
        if not export.file:
            return "–"
        url = reverse("admin:exports_export_download", args=[export.pk])
        return format_html(
            '<a class="font-semibold underline" href="{}">{}</a>', url, _("Download")
        )
