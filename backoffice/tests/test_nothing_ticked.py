"""Pages of actions on orders, performances and seats: nothing is ticked beforehand."""

from html.parser import HTMLParser

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.tests.factories import make_hold, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)

# Choices that cost nobody a ticket or money: how a sale came about.
HARMLESS = {"channel"}


class Boxes(HTMLParser):
    """The check boxes and radio buttons of a page by name, and those that are ticked."""

    def __init__(self, text):
        super().__init__()
        self.names, self.ticked = set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "input" and found.get("type") in ("checkbox", "radio"):
            self.names.add(found["name"])
            if "checked" in found:
                self.ticked.add(found["name"])


@pytest.fixture
def orders():
    performance = make_sale()
    return [
        make_paid_order(hold=make_hold(performance=performance, labels=labels))
        for labels in (["A1", "A2"], ["B1"])
    ]


def test_nothing_is_ticked_beforehand(orders):
    client, names, ticked = Client(), set(), {}
    client.force_login(make_staff(Role.MANAGER))
    for about, response in pages(client, orders[0]):
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            boxes = Boxes(response.content.decode())
            names |= boxes.names
            if boxes.ticked - HARMLESS:
                ticked[about] = boxes.ticked
    assert ticked == {}
    # Tickets, the order to merge with, their refund, price categories, seats of a map.
    assert {"tickets", "same_customer", "refund", "categories", "_selected_action"} <= names


def pages(client, order):
    """Yield the pages of all actions, with what they are about."""
    performance = order.performance
    place = performance.places.open_at().first()
    for row in (order, performance):
        for name in actions_of(type(row)):
            yield name, client.get(reverse(f"{base_of(row)}_{name}", args=[row.pk]))
    for name in ("block", "hold", "comps", "unblock"):
        path = reverse("admin:shows_performance_seat_map", args=[performance.pk])
        yield f"map: {name}", client.post(path, {"action": name, "_selected_action": [place.pk]})
    for path in ("seat_map", "sale"):
        yield path, client.get(reverse(f"admin:shows_performance_{path}", args=[performance.pk]))
    for row in (order, performance, place):
        path = reverse(f"{base_of(row)}_changelist")
        for name in admin.site._registry[type(row)].actions:
            yield f"list: {name}", client.post(path, {"action": name, "_selected_action": [row.pk]})


def actions_of(model):
    """Yield the names of the actions on the page of a row, also those in menus."""
    for action in admin.site._registry[model].actions_detail:
        yield from action["items"] if isinstance(action, dict) else [action]


def base_of(row):
    """Return the beginning of the names of its pages."""
    return f"admin:{row._meta.app_label}_{row._meta.model_name}"
