import pytest

from api.tests.callers import Program, logged_in, make_account
from bookings.models import Hold, Order, Place
from bookings.tests.factories import (
    make_order,
    make_sale,
    seated,
    seats_of,
    section_of,
    standing,
)
from emails.models import OutboxEmail
from shows.terms import clear_cached_terms
from shows.tests.factories import make_concession

pytestmark = pytest.mark.django_db(transaction=True)


def order_body(hold, **more):
    body = {"hold": hold["token"], "quote": hold["quote"], "email": "a@example.org", "name": "A"}
    return body | more


def amounts(order):
    return {name: order[name]["amount"] for name in ["paid", "refunded", "balance"]}


def test_a_guest_browses_holds_orders_pays_and_cancels():
    sale = make_sale()
    guest = Program()
    seats = guest.get(f"/performances/{sale.pk}/seats").json()["items"]
    assert [seat["label"] for seat in seats[:1]] == ["Stalls, row A, seat 1"]

    held = guest.post(f"/performances/{sale.pk}/holds", {"seats": [s["id"] for s in seats[:2]]})
    assert held.status_code == 201, held.content
    hold = held.json()
    assert hold["total"] == {"amount": "90.00", "currency": "EUR"}
    guest.headers["X-Visitor"] = hold["visitor"]

    placed = guest.post("/orders", order_body(hold))
    assert placed.status_code == 201, placed.content
    reference = placed.json()["reference"]
    waiting = guest.post(f"/orders/{reference}/payment").json()
    assert waiting["status"] == "open"
    assert set(amounts(placed.json()).values()) == {"0.00"}
    assert waiting["pay_url"].startswith("http")
    paid = guest.post(f"/orders/{reference}/payment", {"demo": True})
    assert paid.json()["status"] == "captured", paid.content

    order = guest.get(f"/orders/{reference}").json()
    assert (order["status"], len(order["tickets"])) == ("paid", 2)
    assert guest.get("/orders").json()["items"][0]["reference"] == reference

    ticket = order["tickets"][0]["id"]
    cancelled = guest.post(f"/orders/{reference}/cancel", {"tickets": [ticket]}).json()
    assert cancelled["refunds"][0]["amount"]["amount"] == "45.00"
    assert [t["code"] is None for t in cancelled["tickets"]] == [False, True]
    for shown in [cancelled, guest.get("/orders").json()["items"][0]]:
        assert amounts(shown) == {"paid": "90.00", "refunded": "45.00", "balance": "45.00"}
    assert OutboxEmail.objects.filter(kind="tickets_cancelled").exists()


def test_an_account_buys_and_finds_its_order():
    sale = make_sale(sections=[standing()])
    program = logged_in(make_account())
    fields = {"section": section_of(sale, "Floor").pk, "quantity": 3}
    hold = program.post(f"/performances/{sale.pk}/holds", fields).json()
    assert len(hold["lines"]) == 3
    assert hold["visitor"] is None
    reference = program.post("/orders", order_body(hold)).json()["reference"]
    assert program.get(f"/orders/{reference}").json()["payment_state"] == "to_pay"
    stranger = logged_in(make_account())
    assert stranger.get(f"/orders/{reference}").status_code == 404


def test_the_order_key_gives_access():
    sale = make_sale()
    guest = Program()
    hold = guest.post(f"/performances/{sale.pk}/holds", {"best": 2}).json()
    order = guest.post("/orders", order_body(hold), **{"X-Visitor": hold["visitor"]}).json()
    path = f"/orders/{order['reference']}"
    assert guest.get(path).status_code == 404
    assert guest.get(path, {"key": order["key"]}).status_code == 200
    assert guest.get(path, {"key": order["key"]}).json()["key"] is None


def test_it_extends_and_releases():
    sale = make_sale()
    guest = Program()
    hold = guest.post(f"/performances/{sale.pk}/holds", {"best": 2}).json()
    guest.headers["X-Visitor"] = hold["visitor"]
    path = f"/holds/{hold['token']}"
    extended = guest.post(f"{path}/extend").json()
    assert extended["expires_at"] > hold["expires_at"]
    again = guest.post(f"{path}/extend")
    assert again.json()["type"] == "urn:concert:problem:already-extended"
    assert guest.delete(f"{path}/places/{hold['lines'][0]['place']}").status_code == 204
    assert len(guest.get(path).json()["lines"]) == 1
    assert guest.delete(path).status_code == 204
    assert guest.get(path).status_code == 410
    assert not Place.objects.held_at().exists()


def test_a_hold_of_another_customer_is_not_found():
    sale = make_sale()
    hold = Program().post(f"/performances/{sale.pk}/holds", {"best": 2}).json()
    assert Program().get(f"/holds/{hold['token']}").status_code == 404
    assert Program().delete(f"/holds/{hold['token']}").status_code == 404
    assert Hold.objects.live().count() == 1


def test_it_refuses_an_unknown_quote_and_returns_the_current_one():
    sale = make_sale()
    guest = Program()
    hold = guest.post(f"/performances/{sale.pk}/holds", {"best": 2}).json()
    guest.headers["X-Visitor"] = hold["visitor"]
    refused = guest.post("/orders", order_body(hold, quote="other"))
    assert refused.status_code == 409
    assert refused.json()["quote"] == hold["quote"]
    assert not Order.objects.exists()


def test_it_names_the_unavailable_places():
    sale = make_sale()
    seats = seats_of(sale, "A1", "A2")
    Program().post(f"/performances/{sale.pk}/holds", {"seats": seats})
    late = Program().post(f"/performances/{sale.pk}/holds", {"seats": seats})
    assert late.status_code == 409
    assert late.json()["type"] == "urn:concert:problem:places-unavailable"
    assert late.json()["seats"] == seats


@pytest.mark.parametrize(
    "fields", [{}, {"best": 0}, {"best": 2, "seats": [1]}, {"section": 1}, {"seats": [2**62]}]
)
def test_it_rejects_invalid_hold_requests(fields):
    sale = make_sale()
    answer = Program().post(f"/performances/{sale.pk}/holds", fields)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"


def test_what_cannot_be_paid_online_cannot_be_held(settings):
    settings.PAYMENT_PROVIDER = "none"
    sale = make_sale()
    guest = Program()
    refused = guest.post(f"/performances/{sale.pk}/holds", {"seats": seats_of(sale, "A1")})
    assert refused.status_code == 409
    assert refused.json()["type"].endswith(":not-sold-online")


def test_the_api_cannot_pay_with_demo(settings):
    order = make_order()
    address = f"/orders/{order.reference}/payment?key={order.key}"
    guest = Program()
    assert guest.post(address, {}).json()["status"] == "open"
    settings.PAYMENT_PROVIDER = "none"
    refused = guest.post(address, {"demo": True})
    assert (refused.status_code, refused.json()["type"]) == (
        422,
        "urn:concert:problem:demo-disabled",
    )
    again = guest.post(address, {})
    assert again.status_code == 409
    order.refresh_from_db()
    assert (order.status, order.tickets.count()) == ("pending", 0)
    settings.PAYMENT_PROVIDER = "demo"
    assert guest.post(address, {"demo": True}).json()["status"] == "captured"


def test_concessions_of_other_places_are_ignored():
    sale = make_sale(concessions={"Child": 50})
    child = sale.concessions.get().pk
    guest = Program()
    hold = guest.post(f"/performances/{sale.pk}/holds", {"best": 2}).json()
    guest.headers["X-Visitor"] = hold["visitor"]
    own = hold["lines"][0]["place"]
    for start in range(1_000_000, 1_000_200, 49):
        places = [own, *range(start, start + 49)]
        body = {"concessions": [{"place": place, "concession": child} for place in places]}
        answer = guest.post(f"/holds/{hold['token']}/concessions", body)
        assert answer.status_code == 200, answer.content
    assert Hold.objects.get().concessions == {str(own): child}


def test_a_refused_concession_has_the_full_price_and_the_reason():
    sale = make_sale()
    group = make_concession(performance=sale, group_from=10)
    clear_cached_terms(sale.pk)
    offered = Program().get(f"/performances/{sale.pk}").json()["concessions"]
    assert (offered[0]["group_from"], offered[0]["percent_off"], offered[0]["value"]) == (
        10,
        20,
        "20",
    )
    guest = Program()
    hold = guest.post(f"/performances/{sale.pk}/holds", {"best": 2}).json()
    guest.headers["X-Visitor"] = hold["visitor"]
    chosen = [{"place": line["place"], "concession": group.pk} for line in hold["lines"]]
    answer = guest.post(f"/holds/{hold['token']}/concessions", {"concessions": chosen}).json()
    line = answer["lines"][0]
    assert (line["price"]["amount"], line["concession"]) == ("45.00", "")
    assert line["refusal"] == "This price needs 10 tickets in the order."


def test_the_best_places_of_a_venue_with_standing_places_only():
    sale = make_sale(sections=[standing(capacity=100)])
    answer = Program().post(f"/performances/{sale.pk}/holds", {"best": 2})
    assert answer.status_code == 201, answer.content
    assert [line["seat"] for line in answer.json()["lines"]] == [None, None]


def test_a_wheelchair_request_for_two_gives_the_space_and_its_companion_seat():
    kinds = {"B2": "wheelchair", "C1": "companion"}
    sale = make_sale(sections=[seated(kinds=kinds)])
    answer = Program().post(f"/performances/{sale.pk}/holds", {"best": 2, "accessible": True})
    held = {line["seat"] for line in answer.json()["lines"]}
    assert held == set(seats_of(sale, "B2", "C1"))
