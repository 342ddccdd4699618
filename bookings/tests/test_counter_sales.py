"""Sales at the counter and by phone: what is held, ordered and paid, and for whom."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.roles import Role
from accounts.tests.factories import make_staff, make_user
from bookings.exceptions import HoldLapsed, NotSoldOnline, PlacesUnavailable
from bookings.ledger.audit import audit
from bookings.models import Allocation, Hold, Order, Place
from bookings.sale.customers import StaffCustomer
from bookings.sale.guest_places import hold_guest_places
from bookings.sale.holds import extend_hold, hold_seats
from bookings.sale.quotes import quote_hold
from bookings.sale.release import release_hold, sweep_lapsed_holds
from bookings.sale.reservations import lapse_reservations, reserve_order
from bookings.staff_operations.allocations import allocate_places, release_allocation
from bookings.staff_operations.comps import issue_held_comps
from bookings.staff_operations.counter_payments import take_payment
from bookings.staff_operations.counter_sales import (
    CounterSelection,
    counter_visitor,
    hold_for_sale,
    order_sale,
)
from bookings.staff_operations.customer_search import find_customers
from core.testing.races import losers, race, winners
from emails.models import OutboxEmail
from organisation.models import Channel

from .admin_pages import staff
from .factories import (
    age_hold,
    make_customer,
    make_paid_order,
    make_sale,
    pay,
    seated,
    seats_of,
    section_of,
    standing,
)

pytestmark = pytest.mark.django_db(transaction=True)


def customer(key="1", channel=Channel.COUNTER):
    return StaffCustomer(visitor=counter_visitor(key), channel=channel)


def places_of(performance, *labels):
    return [performance.places.get(seat=seat).pk for seat in seats_of(performance, *labels)]


def hold(performance, *labels, key="1", channel=Channel.COUNTER, **selection):
    return hold_for_sale(
        performance_id=performance.pk,
        selection=CounterSelection(
            place_ids=tuple(places_of(performance, *labels)) if labels else (), **selection
        ),
        customer=customer(key, channel),
    )


def order_of(sale, **more):
    data = {"name": "Alice Archer", "email": "alice@example.org", "language": "en"} | more
    return order_sale(hold=sale, quote_token=quote_hold(sale).token, customer=customer(), **data)


def guest_hold(performance, *labels):
    return allocate_places(
        performance=performance,
        place_ids=places_of(performance, *labels),
        name="Press",
        actor="test",
    )


def test_neither_the_limit_nor_the_dates_stop_staff():
    performance = make_sale(customer_limit=2, on_sale_from=timezone.now() + timedelta(days=3))
    sale = hold(performance, "A1", "A2", "A3", "B1")
    assert (sale.channel, sale.places.count()) == ("counter", 4)
    paid = take_payment(order=order_of(sale), method="terminal", staff=make_staff(Role.BOX_OFFICE))
    assert (paid.status, paid.quantity, paid.user, paid.channel) == ("paid", 4, None, "counter")
    assert audit() == []


def test_seats_and_standing_places_are_held_all_or_none():
    performance = make_sale(sections=[seated(), standing(capacity=3)])
    floor = section_of(performance, "Floor").pk
    with pytest.raises(PlacesUnavailable):
        hold(performance, "A1", standing={floor: 4})
    assert not Place.objects.held_at().exists()
    assert hold(performance, "A1", standing={floor: 3}).places.count() == 4
    assert audit() == []


def test_the_same_form_sells_once():
    performance = make_sale()
    assert hold(performance, "A1") == hold(performance, "A1") == hold(performance, "B1")
    assert Hold.objects.get().places.count() == 1


def test_a_seat_of_a_guest_hold_returns_there_unless_it_is_sold():
    performance = make_sale()
    press = guest_hold(performance, "A1", "A2", "A3", "A4")
    first, second = hold(performance, "A1", "B1"), hold(performance, "A2", key="2")
    assert audit() == []
    release_hold(hold=first, actor="test")
    assert set(performance.places.blocked()) == set(
        performance.places.filter(pk__in=places_of(performance, "A1", "A3", "A4"))
    )
    take_payment(order=order_of(second), method="terminal", staff=make_staff(Role.BOX_OFFICE))
    third = hold(performance, "A3", key="3")
    release_allocation(allocation=press, actor="test")
    release_hold(hold=third, actor="test")
    # Its guest hold was released meanwhile.
    assert performance.places.get(pk=places_of(performance, "A3")[0]).state == "available"
    assert press.places.count() <= 1
    assert audit() == []


def test_a_seat_of_a_guest_hold_goes_back_when_the_sale_is_forgotten():
    performance = make_sale()
    guest_hold(performance, "A1")
    sale = hold(performance, "A1", "B1")
    extend_hold(hold=sale, actor="test")
    Hold.objects.filter(pk=sale.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    sale.places.filter(seat__row="B").update(held_until=timezone.now() - timedelta(seconds=1))
    (seat,) = seats_of(performance, "A1")
    with pytest.raises(PlacesUnavailable):  # Nobody can take it before it is swept.
        hold_seats(performance_id=performance.pk, seat_ids=[seat], customer=make_customer())
    sweep_lapsed_holds()
    states = dict(
        performance.places.filter(seat__in=seats_of(performance, "A1", "B1")).values_list(
            "seat__row", "state"
        )
    )
    assert states == {"A": "blocked", "B": "available"}
    assert Allocation.objects.get().places.count() == 1
    assert audit() == []


def test_two_clerks_sell_a_held_seat_once():
    performance = make_sale()
    guest_hold(performance, "A1")
    (place,) = places_of(performance, "A1")

    def sell(number):
        return hold_guest_places(
            performance_id=performance.pk, place_ids=[place], customer=customer(str(number))
        )

    outcomes = race(*(lambda n=n: sell(n) for n in range(4)))
    assert len(winners(outcomes)) == 1
    assert len(losers(outcomes, PlacesUnavailable)) == 3
    assert Hold.objects.count() == 1


def test_blocked_seats_are_not_sold():
    performance = make_sale()
    performance.places.filter(pk__in=places_of(performance, "A1")).block()
    with pytest.raises(PlacesUnavailable):
        hold(performance, "A1")


def test_a_link_reserves_the_seats_until_it_expires():
    performance = make_sale()
    guest_hold(performance, "A1")
    order = order_of(hold(performance, "A1", "B1", channel=Channel.PHONE))
    until = timezone.now() + timedelta(hours=2)
    order = reserve_order(order=order, payable_until=until, actor="test", by_link=True)
    assert (order.status, order.pays_by_link) == ("reserved", True)
    assert OutboxEmail.objects.get().kind == "payment_link"
    assert audit() == []
    page = Client().get(f"{order.get_absolute_url()}?key={order.key}", follow=True)
    assert "Pay €90" in page.content.decode() and "IBAN" not in page.content.decode()
    Order.objects.filter(pk=order.pk).update(payable_until=timezone.now())
    assert lapse_reservations() == 1
    assert performance.places.filter(state="available").count() == 50


def test_the_customer_of_a_link_pays_online():
    order = order_of(hold(make_sale(), "B1"))
    until = timezone.now() + timedelta(hours=2)
    order = reserve_order(order=order, payable_until=until, actor="test", by_link=True)
    pay(order)
    order.refresh_from_db()
    assert (order.status, order.tickets.valid().count()) == ("paid", 1)
    assert audit() == []


def test_no_link_is_sent_where_nothing_is_paid_online(settings):
    settings.PAYMENT_PROVIDER = "none"
    order = order_of(hold(make_sale(), "B1"))
    with pytest.raises(NotSoldOnline):
        reserve_order(
            order=order,
            payable_until=timezone.now() + timedelta(hours=2),
            actor="test",
            by_link=True,
        )


def test_the_order_is_in_the_language_of_the_customer():
    sale = hold(make_sale(), "B1")
    with override("de"):
        order = order_of(sale, name="", language="es")
    assert order.name == "Vendido en taquilla"
    assert order.quote[0]["label"].endswith("fila B, asiento 1")


def test_a_sale_becomes_complimentary_even_after_an_attempt_to_pay():
    performance = make_sale()
    guest_hold(performance, "A1")
    sale = hold(performance, "A1", "B1")
    pending = order_of(sale)
    free = {"name": "Paula", "email": "", "actor": "test", "reason": "Press."}
    order = issue_held_comps(hold=sale, **free)
    assert (order.pk, order.reference, order.total) == (pending.pk, pending.reference, 0)
    assert (order.status, order.quantity, order.note) == ("paid", 2, "Press.")
    assert issue_held_comps(hold=sale, **free) == order
    assert Allocation.objects.get().places.count() == 0
    assert audit() == []


def test_nothing_is_complimentary_once_the_reservation_expired():
    sale = hold(make_sale(), "B1")
    age_hold(sale, minutes=20)
    with pytest.raises(HoldLapsed):
        issue_held_comps(hold=sale, name="", email="", actor="test", reason="Press.")


def test_customers_are_found_by_a_part_of_their_name_or_address():
    make_paid_order()
    make_paid_order(email="ALICE@example.org")
    make_user("zoe@example.org", name="Zoë Archer")
    make_user("clerk@example.org", name="Clara Archer", is_staff=True)
    assert [one.email for one in find_customers("rch")] == ["alice@example.org", "zoe@example.org"]
    assert [one.name for one in find_customers("zoe")] == ["Zoë Archer"]
    assert find_customers("a") == find_customers("xyz") == []


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.BOX_OFFICE, 200), (Role.MANAGER, 200), (Role.FINANCE, 403), (Role.DOOR, 403)],
)
def test_only_those_who_sell_look_customers_up(role, status):
    make_paid_order()
    response = staff(role).get(reverse("admin:bookings_order_customers"), {"q": "alice"})
    assert response.status_code == status
    assert (b"alice@example.org" in response.content) == (status == 200)
