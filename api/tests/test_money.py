"""Amounts have the decimals of their currency, in requests and responses."""

from decimal import Decimal

import pytest

from api.tests.callers import Program, with_key
from bookings.aftersale.partial_refunds import InvalidAmount, refund_amount
from bookings.tests.factories import make_hold, make_paid_order, make_sale
from payments.models import Refund
from shows.catalogue_files import InvalidCatalogueFile, catalogue_document, import_catalogue
from shows.tests.factories import make_performance

pytestmark = pytest.mark.django_db(transaction=True)


def tokyo(**fields):
    return make_sale(currency="JPY", prices={"Regular": (4999, 333)}, **fields)


def draft():
    return make_performance(
        opened=False, status="draft", currency="JPY", prices={"Regular": (4999, 333)}
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"prices": [{"category": "Regular", "price": "4999.50", "fee": "333"}]},
        {"prices": [{"category": "Regular", "price": "4999", "fee": "333.50"}]},
        {"currency": "KWD"},
        {"currency": "XYZ"},
    ],
)
def test_amounts_with_too_many_decimals_are_rejected(changes):
    performance = draft()
    answer = with_key("catalogue").patch(f"/staff/performances/{performance.pk}", changes)
    assert answer.status_code == 422
    name, value = next(iter(changes.items()))
    assert answer.json()["errors"][0]["pointer"] == f"/body/{name}"
    assert (value if name == "currency" else "JPY") in answer.json()["detail"]
    document = catalogue_document()
    document["performances"][0] |= changes
    with pytest.raises(InvalidCatalogueFile, match=value if name == "currency" else "JPY"):
        import_catalogue(document)
    performance.refresh_from_db()
    assert performance.currency == "JPY"
    assert performance.price_categories.get().price == 4999


def test_a_currency_that_does_not_fit_the_prices_is_rejected():
    performance = make_performance(
        opened=False, status="draft", prices={"Regular": (Decimal("45.50"), 5)}
    )
    program, path = with_key("catalogue"), f"/staff/performances/{performance.pk}"
    assert program.patch(path, {"currency": "JPY"}).status_code == 422
    prices = [{"category": "Regular", "price": "5000", "fee": "0"}]
    assert program.patch(path, {"currency": "JPY", "prices": prices}).status_code == 200


def test_amounts_have_the_decimals_of_their_currency():
    sale = tokyo(concessions={"Student": 50})
    data = Program().get(f"/performances/{sale.pk}").json()["prices"][0]
    assert data["price"] == {"amount": "4999", "currency": "JPY"}
    row = catalogue_document()["performances"][0]
    (prices,) = row["prices"]
    assert (prices["price"], prices["fee"]) == ("4999", "333")
    assert import_catalogue(catalogue_document())["performances"] == 1


def test_what_is_shown_adds_up_to_what_is_charged():
    sale = tokyo(concessions={"Student": 50})
    guest = Program()
    seats = guest.get(f"/performances/{sale.pk}/seats").json()["items"][:3]
    hold = guest.post(
        f"/performances/{sale.pk}/holds", {"seats": [seat["id"] for seat in seats]}
    ).json()
    guest.headers["X-Visitor"] = hold["visitor"]
    student = sale.concessions.get().pk
    chosen = [{"place": line["place"], "concession": student} for line in hold["lines"]]
    data = guest.post(f"/holds/{hold['token']}/concessions", {"concessions": chosen}).json()
    amounts = [int(line["price"]["amount"]) for line in data["lines"]]
    assert amounts == [2500] * 3
    assert sum(amounts) == int(data["total"]["amount"])


def test_a_refund_has_the_decimals_of_its_currency():
    order = make_paid_order(hold=make_hold(performance=tokyo()))
    fields = {"actor": "staff:1", "reason": "Rain.", "request_key": "one"}
    with pytest.raises(InvalidAmount, match="JPY"):
        refund_amount(order=order, amount=Decimal("10.50"), **fields)
    assert not Refund.objects.exists()
    refund_amount(order=order, amount=Decimal(10), **fields)
    assert Refund.objects.get().amount == 10
