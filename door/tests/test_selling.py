"""Selling at the door: to the cent, once, and past the limits of customers."""

import re
from datetime import timedelta
from decimal import Decimal

import pypdfium2
import pytest
from django.test import Client

from accounts.roles import Role
from accounts.tests.factories import make_staff, make_user
from bookings.aftersale.cancellation import cancel_tickets
from bookings.exceptions import NoMatchingPlaces, NotOnSale, PlacesUnavailable
from bookings.ledger.audit import audit
from bookings.models import LedgerEntry, Order, Place
from bookings.sale.customers import Customer
from bookings.sale.holds import hold_seats
from bookings.staff_operations.counter_payments import Method, cancel_sale, take_payment
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
from door.sales import DoorSaleRequest, sell_comps, start_sale
from emails.models import OutboxEmail
from emails.rendering import render_due_emails
from payments.models import Payment, Refund
from payments.refunds import record_manual_refund, send_refunds
from shows.models import Performance
from shows.terms import clear_cached_terms
from shows.tests.factories import make_concession

from .factories import door_client, with_till

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff():
    return with_till(make_staff(Role.BOX_OFFICE, "bob@concert.example"))


@pytest.fixture
def performance():
    sections = [seated(), standing(name="Floor", category="Regular", capacity=20)]
    return make_sale(sections=sections, customer_limit=2, concessions={"Child": 50})


def sell(performance, staff, quantity=2, method=Method.CASH, key="k1", **fields):
    order = start(performance, staff, quantity, key, **fields)
    return take_payment(order=order, method=method, staff=staff)


def start(performance, staff, quantity=2, key="k1", operation=start_sale, **fields):
    options = {name: fields.pop(name) for name in ("section", "concession") if name in fields}
    return operation(
        performance_id=performance.pk,
        request=DoorSaleRequest(quantity, **options),
        staff=staff,
        key=key,
        **fields,
    )


def give(performance, staff, quantity=2, **fields):
    return start(performance, staff, quantity, operation=sell_comps, **fields)


@pytest.mark.parametrize("method", [Method.CASH, Method.TERMINAL])
def test_it_sells_the_best_seats_for_money_taken_by_hand(performance, staff, method):
    order = sell(performance, staff, method=method)
    assert order.status == Order.Status.PAID and order.total == Decimal("90.00")
    assert order.tickets.valid().count() == 2
    payment = Payment.objects.captured().get()
    assert (payment.amount, payment.provider) == (Decimal("90.00"), method)
    entries = LedgerEntry.objects.filter(order=order.reference)
    assert entries.get(kind="order").actor == f"staff:{staff.pk}"
    assert (entries.get(kind="payment").amount, entries.get(kind="payment").actor) == (90, method)
    assert audit() == []


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


def test_it_sells_standing_places_with_a_concession(performance, staff):
    child = performance.concessions.get(name="Child")
    floor = section_of(performance, "Floor")
    order = sell(performance, staff, 3, section=floor.pk, concession=child.pk)
    assert order.total == Decimal("67.50")
    assert {ticket.label for ticket in order.tickets.all()} == {"Floor, standing"}
    assert {ticket.concession for ticket in order.tickets.all()} == {"Child"}


def test_neither_limits_nor_the_calendar_stop_it(performance, staff):
    Performance.objects.filter(pk=performance.pk).update(
        starts_at=performance.starts_at - timedelta(days=60),
        on_sale_from=performance.on_sale_from - timedelta(days=60),
    )
    clear_cached_terms()
    assert sell(performance, staff, 5).quantity == 5
    assert sell(performance, staff, 5, key="k2").quantity == 5


def test_the_same_sale_sent_twice_sells_once(performance, staff):
    assert sell(performance, staff) == sell(performance, staff)
    comp = {"reason": "Press", "key": "k9"}
    assert give(performance, staff, **comp) == give(performance, staff, **comp)
    assert Order.objects.count() == 2
    assert Payment.objects.captured().count() == 1


@pytest.mark.parametrize("is_standing", [False, True])
def test_comps_cost_nothing_and_say_why(performance, staff, is_standing):
    section = section_of(performance, "Floor").pk if is_standing else None
    order = give(performance, staff, 3, reason="The drummer's mother", section=section)
    assert (order.total, order.tickets.valid().count()) == (0, 3)
    assert not Payment.objects.exists()
    entry = LedgerEntry.objects.get(kind="note")
    assert entry.actor == f"staff:{staff.pk}" and "drummer" in entry.detail["reason"]


def test_it_enqueues_an_email_only_with_an_address(performance, staff):
    sell(performance, staff)
    give(performance, staff, reason="Press", key="k2")
    assert not OutboxEmail.objects.exists()
    sell(performance, staff, key="k3", email="Bob@example.org")
    assert OutboxEmail.objects.get().to == "bob@example.org"


def test_it_never_sells_what_somebody_holds(performance, staff):
    make_hold(performance=performance, labels=["A1", "A2"])
    order = sell(performance, staff, 40)
    held = Place.objects.held_at().values_list("pk", flat=True)
    assert not order.tickets.filter(place__in=held).exists()


def test_it_refuses_more_than_there_is(performance, staff):
    with pytest.raises((NoMatchingPlaces, PlacesUnavailable)):
        sell(performance, staff, 21, section=section_of(performance, "Floor").pk)
    with pytest.raises(NoMatchingPlaces):
        give(performance, staff, 51, reason="Press", key="k2")
    assert not Order.objects.exists()


def test_it_refuses_a_cancelled_performance(performance, staff):
    Performance.objects.filter(pk=performance.pk).update(status=Performance.Status.CANCELLED)
    clear_cached_terms()
    with pytest.raises(NotOnSale):
        sell(performance, staff)


def test_cash_is_given_back_by_hand_and_noted(performance, staff):
    order = sell(performance, staff)
    cancel_tickets(order=order, actor="staff:1", by_staff=True)
    send_refunds()
    refund = Refund.objects.get()
    assert refund.status == Refund.Status.FAILED and refund.amount == Decimal("90.00")
    assert "mark it as refunded" in refund.failure
    by = f"staff:{staff.pk}"
    assert record_manual_refund(refund, by=by)
    assert not record_manual_refund(refund, by=by)
    assert Refund.objects.get().status == Refund.Status.SUCCEEDED


# --- The pages ------------------------------------------------------------------------------


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
    assert "€90" in page and "Paid in cash" in page and page.count("checked in</span>") == 2
    assert CheckIn.objects.live().count() == 2
    pdf = counter.get(answer["Location"] + "tickets.pdf")
    assert len(pypdfium2.PdfDocument(pdf.content)) == 2


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


def test_a_sale_that_is_paid_cannot_be_cancelled(performance, staff):
    order = sell(performance, staff)
    cancel_sale(order=order, staff=staff)
    assert order.tickets.valid().count() == 2


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


def test_what_was_sold_elsewhere_is_not_shown_here(counter, performance, staff):
    order = sell(performance, staff)
    other = make_sale()
    assert counter.get(f"/door/{other.pk}/sold/{order.reference}/").status_code == 404


@pytest.mark.parametrize("method", [Method.CASH, Method.TERMINAL])
@pytest.mark.parametrize("options", [{}, {"section": "Floor"}])
def test_it_sells_where_nobody_can_pay_online(performance, staff, settings, method, options):
    settings.PAYMENT_PROVIDER = "none"
    options = {name: section_of(performance, label).pk for name, label in options.items()}
    order = sell(performance, staff, method=method, **options)
    assert (order.status, order.total) == ("paid", Decimal(90))
    assert Payment.objects.get().provider == method.value


def test_who_paid_in_cash_is_told_to_collect_the_refund(performance, staff):
    order = sell(performance, staff, email="bob@example.org")
    cancel_tickets(order=order, actor="staff:1", by_staff=True)
    render_due_emails()
    body = OutboxEmail.objects.get(kind="tickets_cancelled").text
    assert "You paid €90 at the box office, so we’ll refund it there" in body
    assert "original payment method" not in body


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
