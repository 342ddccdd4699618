"""Links from performances and shows to the figures of their sale."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from shows.models import Performance


class InsightsAction(admin.ModelAdmin):
    """Mixin of the admin of performances and of shows."""

    def has_insights_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return bool(request.user.has_perm("bookings.insights_ledgerentry"))

    @action(
        description=_("Insights"), url_path="insights", icon="insights", permissions=["insights"]
    )
    def insights(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Lead to the figures, or say that there are none yet."""
        row: Any = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        kind = self.opts.model_name
        own = Q(pk=row.pk) if kind == "performance" else Q(show=row.pk)
        if Performance.objects.filter(own, opened_at__isnull=False).exists():
            return redirect(f"admin:bookings_ledgerentry_insights_{kind}", row.pk)
        messages.info(request, _("Nothing has been put on sale yet."))
        return redirect(f"admin:shows_{kind}_change", row.pk)
