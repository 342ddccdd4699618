"""The pages of a sale at the door: what is sold, and its payment."""

import re

import pypdfium2
import pytest
from django.test import Client

from accounts.roles import Role
from accounts.tests.factories import make_user
from bookings.models import Order, Place
from bookings.sale.customers import Customer
from bookings.sale.holds import hold_seats
from bookings.tests.factories import (
    age_hold,
    make_hold,
    make_sale,
    seated,
    seats_of,
    section_of,
    standing,
)
from door.models import CheckIn
from payments.models import Payment, Refund
from shows.terms import clear_cached_terms
from shows.tests.factories import make_concession

from .factories import door_client, sell, with_till

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def performance():
    sections = [seated(), standing(name="Floor", category="Regular", capacity=20)]
    return make_sale(sections=sections, customer_limit=2, concessions={"Child": 50})


@pytest.fixture
def counter():
    return door_client(Role.BOX_OFFICE, till=True)


def fill(client, performance, **changes):
    """Post the form as the page has it, with changes."""
    url = f"/door/{performance.pk}/sell/"
    page = client.get(url).content.decode()
    key = re.search(r'name="key" value="(\w+)"', page)[1]
    return client.post(url, {"what": "any", "quantity": "2", "key": key} | changes)


def fill_and_pay(client, performance, payment=None, **changes):
    """Post both forms of a sale; return the response to the payment."""
    answer = fill(client, performance, **changes)
    return client.post(answer["Location"], {"method": "cash"} | (payment or {}))


def test_it_sells_lets_in_and_prints(counter, performance):
    answer = fill_and_pay(counter, performance, {"admit": "on"})
    order = Order.objects.get()
    assert answer["Location"] == f"/door/{performance.pk}/sold/{order.reference}/"
    page = counter.get(answer["Location"]).content.decode()
    assert "€90" in page and "Paid in cash" in page and page.count("Checked in</span>") == 2
    assert CheckIn.objects.live().count() == 2
    pdf = counter.get(answer["Location"] + "tickets.pdf")
    assert len(pypdfium2.PdfDocument(pdf.content)) == 2


def test_what_the_customers_of_one_address_may_hold_does_not_stop_the_door(performance):
    for labels in (["A1", "A2"], ["B1", "B2"]):
        hold_seats(
            performance_id=performance.pk,
            seat_ids=seats_of(performance, *labels),
            customer=Customer(labels[0], address="127.0.0.1"),
        )
    url, options = f"/performances/{performance.pk}/hold/", {"best": "1", "quantity": "1"}
    assert Client().post(url, options).status_code == 429
    counter = door_client(Role.BOX_OFFICE, till=True)
    for _ in range(3):
        fill_and_pay(counter, performance)
    assert Order.objects.paid().count() == 3


def test_it_offers_categories_and_standing_sections(counter, performance):
    page = counter.get(f"/door/{performance.pk}/sell/").content.decode()
    assert "Best available" in page and "Floor · €45" in page and "Child" in page
    floor = section_of(performance, "Floor").pk
    fill_and_pay(counter, performance, what=f"section:{floor}", quantity="1")
    assert Order.objects.get().tickets.get().label == "Floor, standing"
    fill(counter, performance, what="category:Regular", quantity="1")
    assert Order.objects.count() == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"quantity": "0"},
        {"quantity": "many"},
        {"what": "section:999999"},
        {"comp": "on"},
        {"concession": "999"},
        {"email": "nobody"},
        {"key": ""},
    ],
)
def test_it_refuses_what_makes_no_sense(counter, performance, changes):
    assert fill(counter, performance, **changes).status_code == 422
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"group_from": 10}, "This price needs 10 tickets in the order."),
        ({"max_per_order": 1}, "At most 1 ticket at this price per order."),
    ],
)
def test_it_says_at_the_field_why_a_concession_is_refused(counter, performance, rules, message):
    concession = make_concession(performance=performance, **rules)
    clear_cached_terms(performance.pk)
    answer = fill(counter, performance, concession=str(concession.pk))
    assert answer.status_code == 422 and message in answer.content.decode()
    assert not Order.objects.exists()


def test_it_says_when_there_are_not_enough(counter, performance):
    floor = section_of(performance, "Floor").pk
    answer = fill(counter, performance, what=f"section:{floor}", quantity="21")
    assert answer.status_code == 409 and "not that many" in answer.content.decode()


def test_it_is_for_those_who_may_take_money(performance):
    pages = ["sell/", "sell/XXXXXXXX/", "sold/XXXXXXXX/", "sold/XXXXXXXX/tickets.pdf"]
    customer = Client()
    customer.force_login(make_user())
    finance = door_client(Role.FINANCE)
    for page in pages:
        url = f"/door/{performance.pk}/{page}"
        assert Client().get(url).status_code == 302
        assert customer.get(url).status_code == finance.get(url).status_code == 404


def test_the_door_sells_but_gives_nothing_away(performance):
    door = door_client(Role.DOOR, till=True)
    assert "sell/" in door.get(f"/door/{performance.pk}/").content.decode()
    assert "Complimentary" not in door.get(f"/door/{performance.pk}/sell/").content.decode()
    answer = fill(door, performance, comp="on", reason="A friend")
    assert "/sell/" in answer["Location"] and Order.objects.get().status == "pending"
    assert "/sold/" in door.post(answer["Location"], {"method": "cash"})["Location"]


def test_the_total_is_shown_before_anything_is_taken(counter, performance):
    answer = fill(counter, performance)
    page = counter.get(answer["Location"]).content.decode()
    assert "Total: €90" in page and "Reserved until" in page
    order = Order.objects.get()
    assert order.status == "pending" and not Payment.objects.exists()
    answer = counter.post(answer["Location"], {"method": "cash", "received": "100.00"})
    assert "Change: €10" in counter.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("payment", "message"),
    [
        ({"received": "89.99"}, "less than the total of €90"),
        ({"received": "90.001"}, "2 decimal places"),
        ({"received": "much"}, "Enter a number"),
        ({"method": "cheque"}, "valid choice"),
        ({"method": "comp"}, "valid choice"),
    ],
)
def test_a_payment_that_makes_no_sense_is_not_taken(counter, performance, payment, message):
    answer = fill(counter, performance)
    answer = counter.post(answer["Location"], {"method": "cash"} | payment)
    assert answer.status_code == 422 and message in answer.content.decode()
    assert Order.objects.get().status == "pending" and not Payment.objects.captured().exists()


def test_a_sale_that_is_cancelled_releases_its_seats(counter, performance):
    answer = fill(counter, performance)
    for _ in range(2):
        counter.post(answer["Location"], {"cancel": "1"})
    assert not Place.objects.held_at().exists()
    assert Order.objects.get().status != "paid"


def test_paying_twice_takes_the_money_once(counter, performance):
    url = fill(counter, performance)["Location"]
    first, second = (counter.post(url, {"method": "cash"})["Location"] for _ in range(2))
    assert first == second and Payment.objects.count() == 1


def test_cash_needs_an_open_till(performance):
    door = door_client(Role.DOOR)
    url = fill(door, performance)["Location"]
    assert "no open till" in door.get(url).content.decode()
    answer = door.post(url, {"method": "cash"})
    assert answer.status_code == 409 and "Open a till before" in answer.content.decode()
    assert Order.objects.get().status == "pending" and not Payment.objects.captured().exists()
    assert "/sold/" in door.post(url, {"method": "terminal"})["Location"]


def test_seats_that_were_sold_after_the_reservation_are_refunded(counter, performance):
    url = fill(counter, performance, what="category:Regular")["Location"]
    hold = Order.objects.get().hold
    labels = [f"{place.seat.row}{place.seat.number}" for place in Place.objects.filter(hold=hold)]
    age_hold(hold, minutes=9)
    make_hold(performance=performance, labels=labels)
    answer = counter.post(url, {"method": "cash"})
    assert answer["Location"].endswith("/sell/")
    assert "Give the money back" in counter.get(answer["Location"]).content.decode()
    assert Refund.objects.get().amount == 90


def test_what_was_sold_elsewhere_is_not_shown_here(counter, performance, bob):
    order = sell(performance, with_till(bob))
    other = make_sale()
    assert counter.get(f"/door/{other.pk}/sold/{order.reference}/").status_code == 404


def test_a_member_gets_the_members_price_by_their_number():
    performance = make_sale()
    make_concession(performance=performance, name="Member", value=40, members_only=True)
    clear_cached_terms(performance.pk)
    member = make_user("alice@example.com", member_number="M-7")
    browser, url = door_client(Role.BOX_OFFICE), f"/door/{performance.pk}/sell/"
    assert "Member number" in browser.get(url).content.decode()
    sale = {
        "what": "any",
        "quantity": "2",
        "key": "k1",
        "concession": performance.concessions.get().pk,
    }
    without = browser.post(url, sale)
    assert without.status_code == 422
    assert without.context["form"].errors == {"member": ["Enter the member number for this price."]}
    wrong = browser.post(url, sale | {"member": "M-8"})
    assert wrong.status_code == 422 and list(wrong.context["form"].errors) == ["member"]
    assert not Place.objects.held_at().exists()
    assert browser.post(url, sale | {"member": "M-7"}).status_code == 302
    order = Order.objects.get()
    assert (order.total, order.user, order.hold.user) == (54, member, None)
    assert {line["concession"] for line in order.quote} == {"Member"}


def test_without_members_prices_nobody_is_asked_for_a_number(performance):
    page = door_client(Role.BOX_OFFICE).get(f"/door/{performance.pk}/sell/").content.decode()
    assert "Member number" not in page
