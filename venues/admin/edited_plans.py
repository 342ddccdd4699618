"""Drafts of seating plans in the admin: list, start, edit, publish, discard."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin.bases import ModelAdmin
from venues.edited_plans import start_draft
from venues.forms import StartDraftForm
from venues.models import EditedPlan

from . import draft_pages, draft_requests
from .draft_tables import table_page
from .plan_pages import plan_page
from .return_pages import remember_return_page

Page = Callable[[HttpRequest, Any, EditedPlan], HttpResponse]


class EditedPlanAdmin(ModelAdmin):
    """The change page of a draft is the editor; the pages beside it serve the editor's requests."""

    list_display = ["name", "venue", "based_on", "created_at", "updated_at"]
    list_display_links = ["name"]
    list_filter = ["venue"]
    list_select_related = ["venue"]
    search_fields = ["name", "venue__name", "venue__city"]
    search_help_text = gettext_lazy("Plan, venue or city")
    ordering = ["-updated_at"]
    show_full_result_count = False

    PAGES: dict[str, Page] = {
        "document": draft_requests.document,
        "sections": draft_requests.new_section,
        "row": draft_requests.new_row,
        "seat": draft_requests.new_seat,
        "labels": draft_requests.labels,
        "background": draft_requests.background,
        "table": table_page,
        "publish": draft_pages.publish_page,
    }

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("document", "previous", "background")

    @admin.display(description=gettext_lazy("based on"))
    def based_on(self, draft: EditedPlan) -> str:
        return _("version %d") % draft.base_version if draft.base_version else "–"

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path(
                f"<int:pk>/{page}/",
                self.admin_site.admin_view(self._page(view)),
                name=f"{name}_{page}",
            )
            for page, view in self.PAGES.items()
        ]
        return [*own, *super().get_urls()]

    def _page(self, view: Page) -> Callable[..., HttpResponse]:
        def opened(request: HttpRequest, pk: int) -> HttpResponse:
            if not self.has_change_permission(request):
                raise PermissionDenied
            draft = (
                EditedPlan.objects.select_related("venue").defer("previous").filter(pk=pk).first()
            )
            if draft is None:
                raise Http404
            return view(request, self, draft)

        return opened

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Start a draft: choose the venue and a name, and which plan to copy, if any."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        initial = {name: request.GET.get(name) for name in ("venue", "plan")}
        is_sent = request.method == "POST"
        form = StartDraftForm(request.POST if is_sent else None, initial=initial)
        if is_sent and form.is_valid():
            draft = start_draft(**form.cleaned_data)
            self.log_addition(request, draft, _("Draft started."))
            remember_return_page(request, draft)
            return redirect("admin:venues_editedplan_change", draft.pk)
        return plan_page(
            request,
            self,
            "admin/venues/start_draft.html",
            _("Draw a seating plan"),
            refused=is_sent,
            form=form,
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        draft = self.get_object(request, object_id)
        if draft is None:
            raise Http404
        if request.method == "POST":
            return HttpResponse(status=405, headers={"Allow": "GET"})
        remember_return_page(request, draft)
        return draft_pages.editor_page(request, self, draft)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        super().response_delete(request, obj_display, obj_id)
        return redirect(reverse("admin:venues_seatingplan_changelist"))
