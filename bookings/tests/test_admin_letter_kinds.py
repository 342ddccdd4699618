"""Every kind of letter can be looked at in the admin, by today's templates."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import make_staff, make_user
from letters.writing import written_kinds

from .factories import make_paid_order

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_kind_is_listed_and_the_latest_opens_as_it_would_be_today():
    make_paid_order()
    browser = Client()
    browser.force_login(make_staff(Role.BOX_OFFICE))
    kinds = browser.get(reverse("admin:letters_letter_every_kind")).content.decode()
    latest = reverse("admin:letters_letter_kind", args=["order_confirmation"])
    assert latest in kinds
    assert kinds.count("<li>") >= len(written_kinds())
    page = browser.get(latest, {"as": "phone"}).content.decode()
    assert "would say today" in page and "Your tickets for Nachtmusik" in page
    none = reverse("admin:letters_letter_kind", args=["reminder"])
    assert browser.get(none).status_code == 302
    assert browser.get(none.replace("reminder", "nonsense")).status_code == 404


def test_customers_see_none():
    browser = Client()
    browser.force_login(make_user("bob@example.org"))
    assert browser.get(reverse("admin:letters_letter_every_kind")).status_code == 302
