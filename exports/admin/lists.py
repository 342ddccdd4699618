"""The export button and action of the admin's lists."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action
from unfold.widgets import UnfoldAdminRadioSelectWidget

from accounts.requests import user_of
from core.admin.bases import ModelAdmin
from core.admin.confirmation import confirm, was_confirmed
from core.annotations import Text
from exports.admin_lists import UnknownFilter, filters_of, listed_rows, selection_query
from exports.models import Export
from exports.operations import begin_export, export_at_once
from exports.sheets import SHEETS, sheets_of
from exports.sheets.sheet import Sheet


class ExportForm(forms.Form):
    sheet = forms.ChoiceField(label=_("report"), widget=UnfoldAdminRadioSelectWidget)
    file_format = forms.ChoiceField(
        label=_("format"),
        choices=Export.Format,
        initial=Export.Format.XLSX,
        widget=UnfoldAdminRadioSelectWidget,
        help_text=_("XLSX for a spreadsheet, CSV for other programs."),
    )

    def __init__(self, data: Any, *, sheets: list[Sheet]) -> None:
        super().__init__(data, initial={"sheet": sheets[0].name})
        cast(forms.ChoiceField, self.fields["sheet"]).choices = [
            (sheet.name, sheet.title) for sheet in sheets
        ]


def exporting(model_admin: Any) -> Any:
    """Return the admin class with the export button and action."""
    return type(f"Exporting{model_admin.__name__}", (ExportingList, model_admin), {})


class ExportingList(ModelAdmin):
    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Add the action here, because subclasses may replace `actions`."""
        actions = super().get_actions(request)
        if self.has_export_permission(request):
            actions["export_chosen"] = self.get_action("export_chosen")
        return actions

    @property
    def actions_list(self) -> list[Any]:
        return [*super().actions_list, "export"]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Add the filters of the list to the URL of the button."""
        response = super().changelist_view(request, extra_context)
        for button in getattr(response, "context_data", {}).get("actions_list", []):
            if button.get("path") == self._export_url():
                button["path"] += f"?{filters_of(request.GET)}"
        return response

    @admin.action(description=_("Export selected rows"))
    def export_chosen(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        # Either the whole list or the selected rows, at most a page of them.
        is_all = request.POST.get("select_across") == "1"
        query = filters_of(request.GET) if is_all else selection_query(queryset)
        return redirect(f"{self._export_url()}?{query}")

    @action(description=_("Export"), url_path="export", icon="download", permissions=["export"])
    def export(self, request: HttpRequest) -> HttpResponseBase:
        """Show the form, then return the file or have the worker write it."""
        query = filters_of(request.GET)
        try:
            rows = listed_rows(model=self.model, query=query, user=user_of(request))
        except UnknownFilter as refusal:
            messages.error(request, str(refusal))
            return redirect(self._list_url())
        count = rows.count()
        sheets = sheets_of(self.model, user_of(request))
        form = ExportForm(request.POST if was_confirmed(request) else None, sheets=sheets)
        if was_confirmed(request) and form.is_valid():
            return self._export(request, rows, query, count, **form.cleaned_data)
        text: list[Text] = [
            ngettext("%d row will be exported.", "%d rows will be exported.", count) % count
        ]
        if count > settings.EXPORT_MAX_DOWNLOAD_ROWS:
            text.append(
                _("The file is created in the background. We'll e-mail you when it is ready.")
            )
        return confirm(
            request,
            self,
            title=_("Export %s") % self.opts.verbose_name_plural,
            button=_("Export"),
            form=form,
            text=" ".join(str(part) for part in text),
            back=f"{self._list_url()}?{query}",
        )

    def _export(self, request, rows, query, count, *, sheet, file_format):
        options = {"sheet": SHEETS[sheet], "file_format": file_format, "query": query}
        if count <= settings.EXPORT_MAX_DOWNLOAD_ROWS:
            return export_at_once(**options, rows=rows, by=request.user)
        export = begin_export(**options, by=request.user, count=count)
        messages.success(request, _("The export has started. You can leave this page."))
        return redirect("admin:exports_export_change", export.pk)

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may export any sheet of these rows."""
        return bool(sheets_of(self.model, user_of(request)))

    def _export_url(self):
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_export")

    def _list_url(self):
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
