"""Seating plans in the admin: view, download, import and generate. They are never changed.

A version that no performance has used can be deleted; others are archived instead.
"""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from core.admin.archiving import ArchivingAdmin
from core.admin.bases import ReadOnlyAdmin
from core.slugs import slug_of
from venues.models import SeatingPlan
from venues.plan_format import write_plan
from venues.plans import draft_of

from .plan_pages import generate_page, import_page, plan_html


class SeatingPlanAdmin(ArchivingAdmin, ReadOnlyAdmin):
    chosen_in = "performance"
    list_display = ["name", "version", "venue", "places", "created_at"]
    list_filter = ["venue", "created_at"]
    list_select_related = ["venue"]
    search_fields = ["name", "venue__name", "venue__city"]
    search_help_text = _("Plan, venue or city")
    date_hierarchy = None
    ordering = ["venue__name", "name", "-version"]
    fields = ["picture", "venue", "name", "version", "created_at"]
    readonly_fields = ["picture"]
    actions_list = ["draw_plan", "import_plan", "generate_plan"]
    actions_detail = ["edit_copy", "download"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SeatingPlan]:
        return (
            super()
            .get_queryset(request)
            .select_related("venue")
            .annotate(place_total=Sum("sections__capacity"))
        )

    @admin.display(description=_("capacity"), ordering="place_total")
    def places(self, plan: Any) -> int:
        return plan.place_total

    @admin.display(description=_("seating plan"))
    def picture(self, plan: SeatingPlan) -> SafeString:
        return plan_html(draft_of(plan))

    @action(
        description=_("Import seating plan"),
        url_path="import",
        icon="upload_file",
        permissions=["keep"],
    )
    def import_plan(self, request: HttpRequest) -> HttpResponse:
        return import_page(request, self)

    @action(
        description=_("Generate seating plan"),
        url_path="generate",
        icon="grid_on",
        permissions=["keep"],
    )
    def generate_plan(self, request: HttpRequest) -> HttpResponse:
        return generate_page(request, self)

    @action(
        description=_("Draw seating plan"),
        url_path="draw",
        icon="draw",
        permissions=["draft"],
    )
    def draw_plan(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:venues_editedplan_add")

    @action(
        description=_("Edit a copy"), url_path="edit", icon="edit_square", permissions=["draft"]
    )
    def edit_copy(self, request: HttpRequest, object_id: str) -> HttpResponse:
        plan = self.get_object(request, object_id)
        if plan is None:
            raise Http404
        return redirect(f"{reverse('admin:venues_editedplan_add')}?plan={plan.pk}")

    @action(
        description=_("Download JSON"), url_path="download", icon="download", permissions=["view"]
    )
    def download(self, request: HttpRequest, object_id: str) -> HttpResponse:
        plan = self.get_object(request, object_id)
        if plan is None:
            raise Http404
        name = f"{plan.venue.slug}-{slug_of(plan.name)}-v{plan.version}.json"
        return HttpResponse(
            write_plan(draft_of(plan)),
            content_type="application/json",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def has_keep_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may import and generate plans; there is no add form."""
        return request.user.has_perm("venues.add_seatingplan")

    def has_draft_permission(self, request: HttpRequest, object_id: str = "") -> bool:
        """Return whether the user may draw plans."""
        return request.user.has_perm("venues.add_editedplan")

    def has_delete_permission(self, request: HttpRequest, obj: SeatingPlan | None = None) -> bool:
        return request.user.has_perm("venues.delete_seatingplan")
