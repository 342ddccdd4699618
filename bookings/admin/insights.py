"""Pages with the figures of a performance or a show, and the links to them."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from bookings.insights.figures import insights_of
from bookings.insights.tables import Table
from core.money import money
from core.spreadsheets import to_csv
from shows.models import Performance, Show
from shows.querysets import PerformanceQuerySet

SHOWN, LONGEST_QUERY = 60, 100  # Performances on a page, characters of a search.


class InsightPages(admin.ModelAdmin):
    """Mixin of the admin of the transaction log: how performances sell."""

    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, "bookings_ledgerentry_insights"
        return [
            path("insights/", view(self.insights_view), name=name),
            path(
                "insights/performance/<int:performance_pk>/",
                view(self.performance_view),
                name=f"{name}_performance",
            ),
            path("insights/show/<int:show_pk>/", view(self.show_view), name=f"{name}_show"),
            *super().get_urls(),
        ]

    def has_insights_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("bookings.insights_ledgerentry"))

    def insights_view(self, request: HttpRequest) -> HttpResponse:
        """List the performances that have been on sale, the next one first."""
        self._check(request)
        query, opened = request.GET.get("q", "").strip()[:LONGEST_QUERY], _opened()
        if query:
            searched = self.admin_site.get_model_admin(Performance)
            found, _may_repeat = searched.get_search_results(
                request, Performance.objects.all(), query
            )
            opened = opened.filter(pk__in=found.values("pk"))
        page = Paginator(opened.nearest_first(), SHOWN).get_page(request.GET.get("page"))
        groups: dict[str, list[Performance]] = {}
        for one in page:
            groups.setdefault(_("Past") if one.is_past else _("Upcoming"), []).append(one)
        context = self._context(request, _("Insights"))
        context |= {"query": query, "page": page, "groups": list(groups.items())}
        return TemplateResponse(request, "admin/bookings/insights.html", context)

    def performance_view(self, request: HttpRequest, performance_pk: int) -> HttpResponse:
        self._check(request)
        performances = list(_opened().filter(pk=performance_pk))
        return self._figures(request, performances, str(*performances[:1]))

    def show_view(self, request: HttpRequest, show_pk: int) -> HttpResponse:
        self._check(request)
        show = Show.objects.filter(pk=show_pk).first()
        performances = list(_opened().filter(show=show_pk).order_by("starts_at"))
        return self._figures(request, performances, show.title if show else "")

    def _figures(
        self, request: HttpRequest, performances: list[Performance], title: str
    ) -> HttpResponse:
        if not performances:
            raise Http404
        tables = insights_of(performances, timezone.localdate())
        if key := request.GET.get("csv"):
            return _csv(tables, key)
        context = self._context(request, title)
        context |= {
            "tables": [(table, _shown(table)) for table in tables],
            "performances": performances,
            "show": performances[0].show,
            "is_one": len(performances) == 1,
        }
        return TemplateResponse(request, "admin/bookings/insight_tables.html", context)

    def _check(self, request: HttpRequest) -> None:
        if not self.has_insights_permission(request):
            raise PermissionDenied

    def _context(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "title": title}


def _opened() -> PerformanceQuerySet:
    """Return performances that have been put on sale."""
    return Performance.objects.filter(opened_at__isnull=False).select_related("show", "venue")


def _csv(tables: list[Table], key: str) -> HttpResponse:
    table = next((one for one in tables if one.key == key), None)
    if table is None:
        raise Http404
    rows = [[str(heading) for heading in table.headings], *table.rows]
    response = HttpResponse(to_csv(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{table.key}.csv"'
    return response


def _shown(table: Table) -> list[list[Any]]:
    """Return the rows with amounts as text."""
    return [
        [
            money(cell, row[-1]) if number in table.amounts and row[-1] else cell
            for number, cell in enumerate(row)
        ]
        for row in table.rows
    ]


class InsightsAction(admin.ModelAdmin):
    """Mixin of the admin of performances and of shows."""

    def has_insights_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return bool(request.user.has_perm("bookings.insights_ledgerentry"))

    @action(
        description=gettext_lazy("Insights"),
        url_path="insights",
        icon="insights",
        permissions=["insights"],
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
