"""What pages of the admin compute."""

from functools import wraps
from unittest import mock

import pytest
from django.contrib import admin
from django.urls import reverse

from bookings.admin.orders import OrderAdmin
from bookings.tests.factories import make_paid_order

pytestmark = pytest.mark.django_db


def test_the_list_of_all_apps_is_built_only_where_it_is_shown(admin_client):
    with mock.patch.object(
        admin.site, "_build_app_dict", wraps=admin.site._build_app_dict
    ) as building:
        assert admin_client.get(reverse("admin:bookings_order_changelist")).status_code == 200
        assert building.call_count == 0
        page = admin_client.get(reverse("admin:app_list", args=["bookings"])).content.decode()
        assert building.call_count > 0 and "Orders" in page
        assert admin_client.get("/admin/nothing/").status_code == 404


def test_a_value_of_an_order_is_computed_twice_at_most(admin_client, monkeypatch):
    """By the theme, which finds out its kind, and for the page."""
    calls, tickets = [], OrderAdmin.tickets

    @wraps(tickets)
    def counted(*args):
        calls.append(args)
        return tickets(*args)

    monkeypatch.setattr(OrderAdmin, "tickets", counted)
    order = make_paid_order()
    page = admin_client.get(reverse("admin:bookings_order_change", args=[order.pk]))
    assert order.tickets.first().label in page.content.decode()
    assert 1 <= len(calls) <= 2
