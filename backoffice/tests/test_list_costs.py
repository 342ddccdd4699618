"""What the lists of the admin cost: queries, and the size of their pages."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests.factories import make_user
from bookings.tests.bulk_orders import make_paid_orders

pytestmark = pytest.mark.django_db(transaction=True)

MOST_QUERIES = 20
MOST_BYTES = 500_000
ORDERS = 250  # More than a page of any list.


def costs_of_lists(number):
    """Return {list: (queries, bytes, response)} for a superuser, with `number` orders."""
    make_paid_orders(number)
    browser = Client()
    browser.force_login(make_user("everything@staff.example", is_staff=True, is_superuser=True))
    costs = {}
    for model in admin.site._registry:
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for _attempt in range(2):  # The first fills what a process keeps.
            with CaptureQueriesContext(connection) as queries:
                response = browser.get(url, follow=True)
            if len(queries) <= MOST_QUERIES:
                break
        costs[model._meta.label_lower] = (len(queries), len(response.content), response)
    return costs


def test_every_list_has_few_queries_and_a_small_page():
    costs = costs_of_lists(ORDERS)
    assert all(response.status_code in (200, 403) for *_cost, response in costs.values())
    assert {name: n for name, (n, *_rest) in costs.items() if n > MOST_QUERIES} == {}
    assert {name: size for name, (_n, size, _r) in costs.items() if size > MOST_BYTES} == {}
    assert costs["bookings.order"][0] > 3 and costs["bookings.place"][1] > 50_000
