"""Settle with the promoter from the page of a performance in the admin."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from bookings.admin.performances import SellingPerformanceAdmin
from shows.models import Performance


class SettledPerformanceAdmin(SellingPerformanceAdmin):
    """The sale does not import settlements, so they extend its page of a performance."""

    actions_detail = [
        *SellingPerformanceAdmin.actions_detail[:-1],
        "settle",
        SellingPerformanceAdmin.actions_detail[-1],
    ]

    def has_settle_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return bool(request.user.has_perm("finance.add_settlement"))

    @action(
        description=gettext_lazy("Settle with promoter"),
        url_path="settle",
        icon="handshake",
        permissions=["settle"],
    )
    def settle(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Open a new settlement of this performance."""
        performance = self._performance(request, object_id)
        url = reverse("admin:finance_settlement_add")
        return redirect(f"{url}?performances={performance.pk}")


admin.site.unregister(Performance)
admin.site.register(Performance, SettledPerformanceAdmin)
