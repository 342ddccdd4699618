"""One address cannot buy out a hall: its limit depends on the number of places."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.exceptions import TooManyFromNetwork
from bookings.models import Hold, Place
from bookings.sale import holds, locks
from bookings.sale.customers import Customer
from bookings.sale.holds import hold_seats, hold_standing
from bookings.sale.release import release_hold, sweep_lapsed_holds
from core.testing.races import losers, meet_after, race, winners
from organisation.tests.factories import set_organisation
from waitingroom.models import WaitingRoom
from waitingroom.tests.factories import make_room

from .browsing import HTMX, browser_of
from .factories import (
    age_hold,
    make_customer,
    make_hold,
    make_paid_order,
    make_sale,
    make_user,
    seated,
    seats_of,
    section_of,
    standing,
)

pytestmark = pytest.mark.django_db(transaction=True)

HOME, NEXT_DOOR = "203.0.113.7", "203.0.113.8"


def make_hall(*, places=400, **fields):
    """A hall of seats in rows of 20; at 400 seats one household may have 20 of them."""
    fields = {"allow_single_gaps": True} | fields
    return make_sale(sections=[seated(rows=places // 20, seats=20)], **fields)


def ask(performance, address=HOME, quantity=8, client=None):
    """Post for the best seats as a browser without cookies."""
    url = reverse("bookings:hold", args=[performance.pk])
    data = {"best": "1", "quantity": str(quantity)}
    return (client or Client()).post(url, data, REMOTE_ADDR=address)


def held():
    return Place.objects.held_at().count()


def at(address, **more):
    return Customer(make_customer().visitor, address=address, **more)


def hold(performance, labels, customer):
    return hold_seats(
        performance_id=performance.pk,
        seat_ids=seats_of(performance, *labels),
        customer=customer,
    ).hold


def test_visitors_without_cookies_from_one_address_are_limited():
    performance = make_hall()
    answers = [ask(performance) for _ in range(12)]
    assert held() == 16
    assert [answer.status_code for answer in answers] == [303] * 2 + [429] * 10
    assert "Too many tickets are reserved from your network" in answers[-1].content.decode()
    assert ask(performance, quantity=4).status_code == 303
    assert held() == 20
    assert ask(performance, quantity=1).status_code == 429


def test_accounts_and_standing_places_are_limited_too():
    performance = make_sale(sections=[standing(capacity=400)])
    floor = section_of(performance, "Floor").pk

    def hold_floor(quantity, address=HOME):
        customer = at(address, user=make_user())
        return hold_standing(
            performance_id=performance.pk, section_id=floor, quantity=quantity, customer=customer
        )

    hold_floor(8), hold_floor(8)
    with pytest.raises(TooManyFromNetwork):
        hold_floor(8)
    hold_floor(8, NEXT_DOOR)


@pytest.mark.parametrize(
    ("places", "customer_limit", "most"),
    [
        (1000, 8, 50),  # 5 per cent of the places,
        (400, 8, 20),
        (100, 8, 16),  # but at least what two customers can have,
        (20, 8, 10),  # unless that is more than half of the places,
        (20, 15, 15),  # and never less than one customer can have.
    ],
)
def test_the_limit_depends_on_the_size_of_the_venue(places, customer_limit, most):
    performance = make_hall(places=places, customer_limit=customer_limit)
    assert holds.household_of(performance.pk, at(HOME)).limit == most


def test_an_ipv6_subscriber_is_one_household_and_neighbours_are_others():
    performance = make_hall()
    for number in range(2):
        assert ask(performance, f"2001:db8:0:1::{number}").status_code == 303
    assert ask(performance, "2001:db8:0:1:ffff::1").status_code == 429
    assert ask(performance, "2001:db8:0:2::1").status_code == 303
    assert ask(performance, NEXT_DOOR).status_code == 303


def test_the_address_is_the_one_set_by_our_proxy(settings):
    settings.PROXY_COUNT = 1
    performance = make_hall()

    def ask_through_the_proxy(forwarded):
        url = reverse("bookings:hold", args=[performance.pk])
        data = {"best": "1", "quantity": "8"}
        return Client().post(url, data, headers={"X-Forwarded-For": forwarded}).status_code

    assert [ask_through_the_proxy(f"192.0.2.{n}, {HOME}") for n in range(3)] == [303, 303, 429]
    assert ask_through_the_proxy(NEXT_DOOR) == 303


def test_shared_networks_have_a_hundred_times_the_limit(settings):
    set_organisation(shared_networks="203.0.113.0/24")
    performance = make_hall()
    assert [ask(performance).status_code for _ in range(4)] == [303] * 4
    assert ask(performance, "198.51.100.1").status_code == 303
    assert Hold.objects.exclude(household="").count() == 1


def test_a_network_listed_by_the_waiting_room_is_shared_too():
    performance = make_hall()
    room = make_room(
        performance=performance, mode=WaitingRoom.Mode.AUTOMATIC, shared_networks="203.0.113.0/24"
    )
    assert [ask(performance).status_code for _ in range(4)] == [303] * 4
    assert room.performance_id == performance.pk


def test_released_bought_and_lapsed_places_do_not_count():
    performance = make_hall()
    first = hold(performance, [f"A{n}" for n in range(1, 9)], at(HOME))
    second = hold(performance, [f"B{n}" for n in range(1, 9)], at(HOME))
    third = hold(performance, [f"C{n}" for n in range(1, 5)], at(HOME))
    with pytest.raises(TooManyFromNetwork):
        hold(performance, ["D1"], at(HOME))
    release_hold(hold=first, actor="test")
    hold(performance, ["D1"], at(HOME))
    make_paid_order(hold=second)
    hold(performance, [f"E{n}" for n in range(1, 9)], at(HOME))
    age_hold(third, minutes=30)
    hold(performance, [f"F{n}" for n in range(1, 9)], at(HOME))


def test_the_address_is_stored_as_a_keyed_hash_and_deleted_with_the_basket(settings):
    hall, other = make_hall(), make_hall()
    released, bought, lapsed = (hold(hall, [f"{row}1"], at(HOME)) for row in "ABC")
    other_hold = hold(other, ["A1"], at(HOME))
    names = set(Hold.objects.filter(performance=hall).values_list("household", flat=True))
    assert len(names) == 1 and len(min(names)) == 32 and HOME not in min(names)
    assert other_hold.household not in names
    settings.SECRET_KEY = "another-key-of-fifty-characters-that-is-long-enough-too"
    assert holds.household_of(hall.pk, at(HOME)).name not in names
    release_hold(hold=released, actor="test")
    make_paid_order(hold=bought)
    age_hold(lapsed, minutes=30)
    sweep_lapsed_holds()
    assert set(Hold.objects.values_list("household", flat=True)) == {"", other_hold.household}


def test_a_basket_that_moves_to_another_address_counts_there():
    performance = make_hall()
    customer = at(HOME)
    basket = hold(performance, [f"A{n}" for n in range(1, 5)], customer)
    hold(performance, [f"B{n}" for n in range(1, 9)], at(NEXT_DOOR))
    hold(performance, [f"C{n}" for n in range(1, 9)], at(NEXT_DOOR))
    moved = Customer(customer.visitor, address=NEXT_DOOR)
    with pytest.raises(TooManyFromNetwork):
        hold(performance, ["A5"], moved)
    release_hold(hold=Hold.objects.exclude(pk=basket.pk).first(), actor="test")
    hold(performance, ["A5"], moved)
    assert {hold.household for hold in Hold.objects.exclude(household="")} == {
        holds.household_of(performance.pk, moved).name
    }


def test_staff_are_not_limited():
    performance = make_hall()
    while ask(performance).status_code == 303:
        pass
    staff = browser_of(Customer("staff", make_staff(Role.DOOR)))
    assert ask(performance, client=staff).status_code == 303


def test_a_setting_disables_it(settings):
    set_organisation(household_limit_percent=100)
    performance = make_hall()
    assert [ask(performance).status_code for _ in range(6)] == [303] * 6
    assert not Hold.objects.exclude(household="").exists()


def test_it_works_without_redis(redis_unavailable):
    performance = make_hall()
    assert [ask(performance).status_code for _ in range(3)] == [303, 303, 429]


def test_the_page_beside_the_map_shows_it_too():
    performance = make_hall()
    while ask(performance).status_code == 303:
        pass
    url = reverse("bookings:hold", args=[performance.pk])
    data = {"best": "1", "quantity": "8"}
    answer = Client().post(url, data, REMOTE_ADDR=HOME, **HTMX)
    assert answer.status_code == 429
    assert answer["HX-Retarget"] == "#answer"
    page = Client().get(reverse("bookings:performance", args=[performance.pk])).content.decode()
    assert '"4(03|09|10|22|29)", "swap": true' in page


def household_buyers(performance, number):
    """Return customers of one household, each wanting four seats of a row of their own."""

    def buyer(row):
        labels = [f"{row}{n}" for n in range(1, 5)]
        customer = at(HOME)
        seat_ids = seats_of(performance, *labels)
        return lambda: hold_seats(
            performance_id=performance.pk, seat_ids=seat_ids, customer=customer
        )

    return [buyer(row) for row in "ABCDEFGHIJKLMNOPQRST"[:number]]


def test_a_household_with_concurrent_requests_gets_no_more():
    performance = make_hall()
    outcomes = race(*household_buyers(performance, 20))
    assert len(winners(outcomes)) == 5
    assert len(losers(outcomes, TooManyFromNetwork)) == 15
    assert held() == 20


def test_without_the_lock_a_household_exceeds_its_limit(monkeypatch):
    """Control: without the lock the limit is exceeded."""
    performance = make_hall()
    hold(performance, [f"S{n}" for n in range(1, 9)], at(HOME))
    hold(performance, [f"T{n}" for n in range(1, 9)], at(HOME))
    lock_names = locks.lock_names
    monkeypatch.setattr(
        locks,
        "lock_names",
        lambda *names: lock_names(*[name for name in names if not name.startswith("household:")]),
    )
    meet_after(monkeypatch, holds, "count_held_elsewhere", 2)
    outcomes = race(*household_buyers(performance, 2))
    assert len(winners(outcomes)) == 2
    assert held() == 24


def test_households_do_not_wait_for_each_other():
    """Others can buy while one household's limit is counted."""
    performance = make_hall()
    household = holds.household_of(performance.pk, at(HOME))
    with transaction.atomic():
        locks.lock_customer(at(HOME), household)
        outcomes = race(
            lambda: hold(performance, ["A1"], at(NEXT_DOOR)),
            lambda: hold(performance, ["B1"], at("2001:db8::1")),
            lambda: make_hold(performance=performance, labels=["C1"]),
        )
    assert len(winners(outcomes)) == 3
