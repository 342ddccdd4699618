"""Admin pages of sales at the counter and by phone."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from shows.models import Performance

from .checkout import checkout_page, tickets_pdf
from .selecting import PERMISSION, sell_page, sell_url


class CounterPages(admin.ModelAdmin):
    """Mixin of the admin of performances."""

    _performance: Callable[..., Performance]

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        pages = [
            path("<int:pk>/sale/", view(self.sell_view), name="shows_performance_sale"),
            path(
                "<int:pk>/sale/<str:token>/",
                view(self.checkout_view),
                name="shows_performance_checkout",
            ),
            path(
                "<int:pk>/sale/<str:token>/tickets.pdf",
                view(self.tickets_view),
                name="shows_performance_sold_tickets",
            ),
        ]
        return [*pages, *super().get_urls()]

    @action(
        description=_("Sell tickets"),
        url_path="sell",
        icon="point_of_sale",
        permissions=["sell"],
    )
    def sell(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect(sell_url(self._performance(request, object_id).pk))

    def has_sell_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm(PERMISSION)

    @action(
        description=_("Lists and attendance"),
        url_path="lists",
        icon="fact_check",
        permissions=["door_lists"],
    )
    def door_lists(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect("door:lists", self._performance(request, object_id).pk)

    def has_door_lists_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("door.add_checkin")

    def sell_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return sell_page(self, request, self._performance(request, str(pk)))

    def checkout_view(self, request: HttpRequest, pk: int, token: str) -> HttpResponse:
        return checkout_page(self, request, self._performance(request, str(pk)), token)

    def tickets_view(self, request: HttpRequest, pk: int, token: str) -> HttpResponse:
        return tickets_pdf(request, self._performance(request, str(pk)), token)
