"""Questions at the checkout in the API."""

import pytest

from api.tests.callers import Program
from bookings.models import Order
from bookings.tests.factories import make_sale, pay
from shows.terms import clear_cached_terms
from shows.tests.factories import make_question

pytestmark = pytest.mark.django_db(transaction=True)

MEALS = {"en": ["Meat", "Vegetarian"], "de": ["Fleisch", "Vegetarisch"]}


def test_the_api_says_what_is_asked_and_takes_the_answers():
    question = make_question("Meal", kind="choice", choices=MEALS, per="ticket", is_required=True)
    sale = make_sale()
    clear_cached_terms()
    asked = Program().get(f"/performances/{sale.pk}").json()["questions"]
    assert asked == [
        {
            "name": f"question_{question.pk}",
            "label": "Meal",
            "kind": "choice",
            "per_ticket": True,
            "required": True,
            "choices": ["Meat", "Vegetarian"],
        }
    ]
    guest = Program()
    hold = guest.post(f"/performances/{sale.pk}/holds", {"best": 2}).json()
    guest.headers["X-Visitor"] = hold["visitor"]
    body = {"hold": hold["token"], "quote": hold["quote"], "email": "a@example.org", "name": "A"}
    refused = guest.post("/orders", body)
    assert refused.status_code == 422
    names = [f"question_{question.pk}-{line['place']}" for line in hold["lines"]]
    assert [error["pointer"] for error in refused.json()["errors"]] == [
        f"/body/details/{name}" for name in names
    ]
    placed = guest.post("/orders", body | {"details": dict.fromkeys(names, "Meat")}).json()
    assert placed["details"] == {}
    order = Order.objects.get()
    pay(order)
    found = guest.get(f"/orders/{order.reference}").json()
    assert [ticket["details"] for ticket in found["tickets"]] == [
        {f"question_{question.pk}": "Meat"}
    ] * 2
