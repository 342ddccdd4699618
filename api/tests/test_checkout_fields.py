"""Further fields of the checkout form, as `details` of an order."""

import pytest

from bookings import checkout_fields
from bookings.checkout_fields import CheckoutField
from bookings.tests.factories import make_sale, seats_of

from .callers import Program

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = "+44 20 7946 0958"


@pytest.fixture(autouse=True)
def _phone(monkeypatch):
    phone = CheckoutField(name="phone", label="Phone number", max_length=20)
    monkeypatch.setattr(checkout_fields, "CHECKOUT_FIELDS", [phone])


def order_with(details):
    sale, guest = make_sale(), Program()
    seats = seats_of(sale, "A1")
    hold = guest.post(f"/performances/{sale.pk}/holds", {"seats": seats}).json()
    guest.headers["X-Visitor"] = hold["visitor"]
    body = {"hold": hold["token"], "quote": hold["quote"], "name": "A", "details": details}
    return guest.post("/orders", body | {"email": "a@example.org"})


def test_the_api_takes_and_returns_it():
    assert order_with({"phone": NUMBER}).json()["details"] == {"phone": NUMBER}


def test_the_api_ignores_unknown_fields_and_refuses_invalid_values():
    assert order_with({"pet": "Rex"}).json()["details"] == {}
    refused = order_with({"phone": "0" * 21})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/body/details/phone"
