"""Suggest customers while staff type a name."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.urls import path

from accounts.requests import user_of
from bookings.access import may_see_contacts
from bookings.staff_operations.customer_search import find_customers

MAX_LENGTH = 100


class CustomerSearch(admin.ModelAdmin):
    """Mixin of `OrderAdmin`."""

    has_act_permission: Callable[..., bool]

    def get_urls(self) -> list[Any]:
        page = path(
            "customers/",
            self.admin_site.admin_view(self.customers_view),
            name="bookings_order_customers",
        )
        return [page, *super().get_urls()]

    def customers_view(self, request: HttpRequest) -> JsonResponse:
        """Return customers with `?q=` in their name or address, as JSON."""
        if not (self.has_act_permission(request) and may_see_contacts(user_of(request))):
            raise PermissionDenied
        found = find_customers(request.GET.get("q", "")[:MAX_LENGTH])
        rows = [{"name": c.name, "email": c.email, "language": c.language} for c in found]
        response = JsonResponse({"customers": rows})
        response.headers["Cache-Control"] = "no-store"
        return response
