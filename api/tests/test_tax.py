"""Fees per order and tax by rate in the API."""

from decimal import Decimal

import pytest

from api.tests.callers import Program, with_key
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


def test_staff_write_tax_and_fees_and_everybody_reads_them(sale):
    staff = with_key("catalogue")
    slug = Venue.objects.get().slug
    fees = [{"channel": "phone", "ticket_fee": "2.50", "order_fee": "1.00"}]
    changed = staff.patch(
        f"/staff/venues/{slug}", {"tax_rate": "5.5", "fee_tax_rate": None, "channel_fees": fees}
    )
    assert changed.status_code == 200
    venue = Program().get(f"/venues/{slug}").json()
    assert (venue["tax_rate"], venue["fee_tax_rate"]) == ("5.5", "")
    assert venue["channel_fees"] == [fees[0] | {"order_fee_tax_rate": ""}]
    staff.patch(f"/staff/venues/{slug}", {"name": "Hall 2"})
    assert Program().get(f"/venues/{slug}").json()["tax_rate"] == "5.5"

    prices = [
        {"category": row["category"], "price": amount(row["price"]), "fee": amount(row["fee"])}
        for row in Program().get(f"/performances/{sale.pk}").json()["prices"]
    ]
    exempt = {"tax_rate": "0", "tax_exemption": "§ 4"}
    staff.patch(f"/staff/performances/{sale.pk}", {"prices": [prices[0] | exempt, *prices[1:]]})
    read = Program().get(f"/performances/{sale.pk}").json()
    assert {name: read["prices"][0][name] for name in exempt} == exempt
    assert {row["channel"] for row in read["channel_fees"]} == {"web", "api"}
    staff.patch(f"/staff/performances/{sale.pk}", {"prices": prices})
    assert Program().get(f"/performances/{sale.pk}").json()["prices"] == read["prices"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"tax_rate": "101"}, 422),
        ({"tax_rate": "7", "tax_exemption": "x"}, 422),
        ({"channel_fees": [{"channel": "web", "ticket_fee": "1"}]}, 422),
        ({"channel_fees": [{"channel": "fax"}]}, 422),
    ],
)
def test_bad_tax_is_refused(sale, body, status):
    slug = Venue.objects.get().slug
    assert with_key("catalogue").patch(f"/staff/venues/{slug}", body).status_code == status
    venue = Venue.objects.get()
    assert (venue.tax_rate, venue.tax_exemption) == (7, "")
