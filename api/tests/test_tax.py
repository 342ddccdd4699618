"""Fees per order and tax by rate in the API."""

from decimal import Decimal

import pytest

from api.tests.callers import Program
from bookings.models import Order
from bookings.tests.factories import make_sale, seats_of
from shows.models import PerformanceFees
from shows.terms import clear_cached_terms
from venues.models import Venue

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sale():
    performance = make_sale()
    Venue.objects.update(tax_rate=7, fee_tax_rate=19)
    for channel, fee in (("web", "1.50"), ("api", "2.50")):
        PerformanceFees.objects.create(
            performance=performance, channel=channel, order_fee=Decimal(fee)
        )
    clear_cached_terms()
    return performance


def amount(value):
    return value["amount"]


def test_it_shows_the_order_fee_and_tax_from_the_first_answer_on(sale):
    guest = Program()
    assert amount(guest.get(f"/performances/{sale.pk}").json()["order_fee"]) == "2.50"

    hold = guest.post(f"/performances/{sale.pk}/holds", {"seats": seats_of(sale, "A1", "A2")})
    hold = hold.json()
    assert (amount(hold["order_fee"]), amount(hold["total"])) == ("2.50", "92.50")
    taxes = [(row["rate"], *(amount(row[key]) for key in ("gross", "net", "tax")))
             for row in hold["tax"]]  # fmt: skip
    assert taxes == [("19", "12.50", "10.50", "2.00"), ("7", "80.00", "74.77", "5.23")]

    guest.headers["X-Visitor"] = hold["visitor"]
    body = {"hold": hold["token"], "quote": hold["quote"], "email": "a@example.org", "name": "A"}
    order = guest.post("/orders", body).json()
    assert (order["channel"], amount(order["order_fee"]), order["tax"]) == ("api", "2.50", [])
    guest.post(f"/orders/{order['reference']}/payment", {"demo": True})

    order = guest.get(f"/orders/{order['reference']}").json()
    assert order["tax"] == hold["tax"]
    ticket = order["tickets"][0]
    assert amount(ticket["fee"]) == "5.00"
    assert (ticket["tax_rate"], ticket["fee_tax_rate"]) == ("7", "19")


def test_an_order_fee_that_has_changed_must_be_confirmed(sale):
    guest = Program()
    hold = guest.post(f"/performances/{sale.pk}/holds", {"seats": seats_of(sale, "A1")}).json()
    guest.headers["X-Visitor"] = hold["visitor"]
    PerformanceFees.objects.filter(channel="api").update(order_fee=3)
    clear_cached_terms()
    body = {"hold": hold["token"], "quote": hold["quote"], "email": "a@example.org", "name": "A"}
    refusal = guest.post("/orders", body)
    assert refusal.status_code == 409
    assert amount(refusal.json()["total"]) == "48.00"
    assert not Order.objects.exists()
