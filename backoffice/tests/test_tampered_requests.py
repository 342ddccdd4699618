"""Requests to the admin that no form of ours makes: a clear refusal, never an error.

Pages and actions get the wrong keys by turns, two kinds each.
"""

from itertools import cycle

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import models
from django.urls import NoReverseMatch, reverse

from bookings.models import Place
from bookings.tests.factories import make_paid_order
from shows.tests.factories import make_user

pytestmark = pytest.mark.django_db

NO_KEYS = ["abc", "9" * 30, "1,2", "\u00e9", "-", "9" * 5000]


@pytest.fixture
def superuser(client):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    client.raise_request_exception = False
    return client


def lists():
    """Return (admin, URL of its list) for each registered model that has a list."""
    for model_admin in admin.site._registry.values():
        options = model_admin.opts
        try:
            yield (
                model_admin,
                reverse(f"admin:{options.app_label}_{options.model_name}_changelist"),
            )
        except NoReverseMatch:
            continue


def test_every_list_is_selected_from_by_whole_numbers():
    for model_admin, _ in lists():
        key = model_admin.opts.pk
        while isinstance(key, models.OneToOneField):
            key = key.target_field
        assert isinstance(key, models.IntegerField), model_admin


@pytest.mark.parametrize("turn", range(2))
def test_a_list_action_on_something_else_is_refused(superuser, turn):
    failed, keys = [], cycle(["", "\x00", *NO_KEYS][turn::2])
    for model_admin, address in lists():
        for action in [*(model_admin.actions or []), "delete_selected"]:
            name, key = action if isinstance(action, str) else action.__name__, next(keys)
            data = {"action": name, "index": "0", ACTION_CHECKBOX_NAME: key}
            answer = superuser.post(address, data)
            refused = 400 if not key.isdecimal() else answer.status_code
            if answer.status_code >= 500 or answer.status_code not in {refused, 403, 405}:
                failed.append((address, name, key, answer.status_code))
    assert failed == []


@pytest.mark.parametrize("turn", range(2))
def test_a_page_of_something_that_cannot_exist_is_not_found(superuser, turn):
    failed, keys = [], cycle(NO_KEYS[turn::2])
    for model_admin, _ in lists():
        for pattern in model_admin.get_urls():
            if not pattern.name or "object_id" not in pattern.pattern.converters:
                continue
            address = reverse(f"admin:{pattern.name}", args=[next(keys)])
            for ask in (superuser.get, superuser.post):
                status = ask(address).status_code
                if status >= 500 or status == 200:
                    failed.append((address, status))
    assert failed == []


def test_forged_numbers_in_forms_and_filters_are_ignored(superuser, subtests):
    order = make_paid_order()
    performance, huge = order.performance, "9" * 5000
    seat_map = reverse("admin:shows_performance_seat_map", args=[performance.pk])
    places = order.tickets.values_list("place", flat=True)
    requests = [
        ("post", seat_map, {"action": "block", f"standing-{huge}": "1"}),
        ("post", reverse("admin:bookings_order_move", args=[order.pk]), {"tickets": huge}),
        ("post", reverse("admin:shows_performance_change", args=[performance.pk]), {"venue": huge}),
        ("get", reverse("admin:staff_activity_staffaction_changelist"), {"of": huge}),
        ("get", reverse("admin:bookings_place_changelist"), {"performance__id__exact": huge}),
        ("get", reverse("admin:bookings_order_changelist"), {"performance": huge, "q": "a"}),
    ]
    for method, address, data in requests:
        with subtests.test(address):
            assert getattr(superuser, method)(address, data).status_code < 500
    assert Place.objects.filter(pk__in=places).count() == 2
