"""What the lists of the admin cost: queries, and the size of their pages."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests.factories import make_user
from bookings.tests.bulk_orders import make_paid_orders

from .list_rows import make_rows

pytestmark = pytest.mark.django_db(transaction=True)

MOST_QUERIES = 20
MOST_BYTES = 500_000
ORDERS = 250  # More than a page of any list.
ROWS = MOST_QUERIES + 5  # Of other rows: a query for each of them would be too many.
FEW = {"auth.group"}  # The roles, which are given.
OF_PERFORMANCES = [
    *["bookings.allocation", "bookings.hold", "bookings.ledgerentry", "bookings.order"],
    *["bookings.ticket", "door.checkin", "waitingroom.waitingroom"],
]


def costs_of_lists(number):
    """Return {list: (queries, bytes, response)} for a superuser, with `number` orders."""
    performance = make_paid_orders(number)
    user = make_user("everything@staff.example", is_staff=True, is_superuser=True)
    make_rows(ROWS, performance=performance, user=user)
    browser = Client()
    browser.force_login(user)
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


def test_every_list_has_few_queries_a_small_page_and_names_venues():
    costs = costs_of_lists(ORDERS)
    lists = {name: response.context.get("cl") for name, (*_cost, response) in costs.items()}
    rows = {name: len(one.result_list) for name, one in lists.items() if one}
    assert {name for name, number in rows.items() if number < ROWS} == FEW
    assert all(response.status_code in (200, 403) for *_cost, response in costs.values())
    assert {name: n for name, (n, *_rest) in costs.items() if n > MOST_QUERIES} == {}
    assert {name: size for name, (_n, size, _r) in costs.items() if size > MOST_BYTES} == {}
    assert costs["bookings.order"][0] > 3 and costs["bookings.place"][1] > 50_000
    for name in OF_PERFORMANCES:
        assert "· Old Gasworks" in costs[name][2].content.decode(), name
