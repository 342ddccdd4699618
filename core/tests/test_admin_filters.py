"""Lists of the admin with filters that the database does not support."""

from itertools import cycle, islice
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.db import models
from django.urls import NoReverseMatch, reverse

from bookings.models import Order
from bookings.tests.factories import make_paid_order
from exports.admin_lists import UnknownFilter, listed_rows
from shows.tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)
BEYOND = [
    "__year=1",
    "__year=9999",
    "__year=0",
    "__year=99999999999999999999",
    "__gte=0001-01-01",
    f"__lt={quote('9999-12-31 23:59:59+00:00')}",
    "__year__gte=9999",
]


def lists():
    """Return (URL, name of a field) for each date or time field of the admin's lists."""
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue
        for field in model._meta.fields:
            if isinstance(field, models.DateField):
                yield address, field.name


@pytest.fixture
def superuser(client):
    make_paid_order()
    client.force_login(make_user(is_staff=True, is_superuser=True))
    client.raise_request_exception = False
    return client


def test_impossible_years_get_a_message(superuser):
    """Each list by two of the impossible years, by turns."""
    found, years = list(lists()), cycle(BEYOND)
    assert len(found) > 10
    for address, field in found:
        for beyond in islice(years, 2):
            answer = superuser.get(f"{address}?{field}{beyond}")
            assert answer.status_code == 302, (address, field, beyond)
            assert answer["Location"] == address
    page = superuser.get(found[0][0]).content.decode()
    assert "Enter a year from 1970 to 2199." in page


def test_the_other_filters_are_kept(superuser):
    address = reverse("admin:bookings_order_changelist")
    answer = superuser.get(f"{address}?created_at__year=9999&status=paid")
    assert answer["Location"] == f"{address}?status=paid"
    assert superuser.get(f"{address}?created_at__year=2026&q=0001-01-01").status_code == 200


def test_a_null_character_gets_a_message(superuser):
    address = reverse("admin:bookings_order_changelist")
    for query in ["status__exact=%00", "status%00=paid", "performance__id__exact=1%00"]:
        answer = superuser.get(f"{address}?{query}")
        assert (answer.status_code, answer["Location"]) == (302, address)
    assert "Please check your input." in superuser.get(address).content.decode()
    assert superuser.get(f"{address}?q=%00").status_code == 200


def test_an_export_of_such_a_list_is_refused(superuser):
    user = make_user(is_staff=True, is_superuser=True)
    for query in ["created_at__year=9999", "status__exact=%00"]:
        with pytest.raises(UnknownFilter):
            listed_rows(model=Order, query=query, user=user)
    assert listed_rows(model=Order, query="status=paid", user=user).count() == 1
