"""A field of the checkout form: from its one definition to every place that shows its value."""

import pytest
from django.urls import reverse

from accounts.roles import Role, appoint
from bookings import checkout_fields
from bookings.aftersale.personal_data import personal_data_of
from bookings.checkout_fields import CheckoutField
from bookings.ledger.retention import anonymise_customer
from bookings.models import Order
from shows.tests.factories import make_user

from .browsing import browser_of, filled_in
from .factories import make_customer, make_hold, make_order

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = CheckoutField(name="phone", label="Phone number", max_length=20, autocomplete="tel")
REQUIRED = CheckoutField(name="phone", label="Phone number", is_required=True)
NUMBER = "+44 20 7946 0958"


@pytest.fixture(autouse=True)
def _phone(monkeypatch):
    monkeypatch.setattr(checkout_fields, "CHECKOUT_FIELDS", [PHONE])
    monkeypatch.setattr("bookings.forms.CHECKOUT_FIELDS", [PHONE])


def basket():
    customer = make_customer()
    url = make_hold(customer=customer).get_absolute_url()
    return browser_of(customer), url


def test_the_basket_asks_for_it_and_the_order_keeps_it():
    browser, url = basket()
    page = browser.get(url)
    assert '<label class="form-label" for="id_phone">Phone number' in page.content.decode()
    assert browser.post(url, filled_in(page, phone=NUMBER)).status_code == 303
    assert Order.objects.get().details == {"phone": NUMBER}


def test_it_is_prefilled_in_a_pending_order_and_replaced_by_a_later_answer():
    browser, url = basket()
    browser.post(url, filled_in(browser.get(url), phone=NUMBER))
    page = browser.get(url)
    assert NUMBER in page.content.decode()
    browser.post(url, filled_in(page, phone=""))
    assert Order.objects.get().details == {}


def test_errors_are_shown_at_the_field_and_what_was_typed_is_kept(monkeypatch):
    monkeypatch.setattr(checkout_fields, "CHECKOUT_FIELDS", [REQUIRED])
    browser, url = basket()
    page = browser.get(url)
    empty = browser.post(url, filled_in(page, phone=""))
    assert empty.status_code == 422
    assert 'id="id_phone_error">This field is required.' in empty.content.decode()
    assert not Order.objects.exists()
    long = browser.post(url, filled_in(page, phone="0" * 151))
    assert long.status_code == 422
    assert "0" * 151 in long.content.decode()


def with_phone(**fields):
    order = make_order(**fields)
    Order.objects.filter(pk=order.pk).update(details={"phone": NUMBER})
    return Order.objects.get(pk=order.pk)


@pytest.mark.parametrize(("role", "is_shown"), [(Role.BOX_OFFICE, True), (Role.FINANCE, False)])
def test_staff_who_see_addresses_see_it_in_the_admin(client, role, is_shown):
    order, user = with_phone(), make_user()
    appoint(user=user, role=role)
    client.force_login(user)
    page = client.get(reverse("admin:bookings_order_change", args=[order.pk]))
    assert page.status_code == 200
    assert (NUMBER in page.content.decode()) == is_shown


def test_it_is_in_the_copy_of_the_customers_data_and_gone_when_they_are():
    user = make_user()
    order = with_phone(user=user)
    assert personal_data_of(user)["orders"][0]["details"] == {"phone": NUMBER}
    anonymise_customer(Order.objects.filter(pk=order.pk), "Guest", "guest@anonymous.invalid")
    assert Order.objects.get().details == {}
