"""Seating plans: looked at, downloaded, and added by importing or generating. Never changed.

A version that no performance has used may be deleted; any other is archived instead.
"""

from django.contrib import admin
from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from core.admin.archiving import ArchivingAdmin
from core.admin.read_only import ReadOnlyAdmin
from core.slugs import slug_of
from venues.plan_format import write_plan
from venues.plans import draft_of

from .generate_plan import generate_page
from .import_plan import import_page
from .plan_pages import plan_html


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
    actions_list = ["import_plan", "generate_plan"]
    actions_detail = ["download"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(place_total=Sum("sections__capacity"))

    @admin.display(description=_("places"), ordering="place_total")
    def places(self, plan):
        return plan.place_total

    @admin.display(description=_("plan"))
    def picture(self, plan):
        return plan_html(draft_of(plan))

    @action(
        description=_("Import a plan"), url_path="import", icon="upload_file", permissions=["keep"]
    )
    def import_plan(self, request):
        return import_page(request, self)

    @action(
        description=_("Generate a plan"), url_path="generate", icon="grid_on", permissions=["keep"]
    )
    def generate_plan(self, request):
        return generate_page(request, self)

    @action(
        description=_("Download JSON"), url_path="download", icon="download", permissions=["view"]
    )
    def download(self, request, object_id):
        plan = self.get_object(request, object_id)
        if plan is None:
            raise Http404
        name = f"{plan.venue.slug}-{slug_of(plan.name)}-v{plan.version}.json"
        return HttpResponse(
            write_plan(draft_of(plan)),
            content_type="application/json",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def has_keep_permission(self, request):
        """To add a plan, which this admin's own form never does."""
        return request.user.has_perm("venues.add_seatingplan")

    def has_delete_permission(self, request, obj=None):
        return request.user.has_perm("venues.delete_seatingplan")
