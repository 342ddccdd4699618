"""Buttons of the basket: concessions, remove, extend, release, reserve again."""

import pytest
from django.test import Client

from bookings.models import Hold, LedgerEntry, Order, Place
from bookings.sale.customers import Customer
from shows.terms import clear_cached_terms
from shows.tests.factories import make_user

from .browsing import HTMX, browser_of, fields_of, filled_in
from .factories import (
    age_hold,
    make_customer,
    make_hold,
    make_order,
    make_paid_order,
    make_sale,
    seated,
    standing,
)

pytestmark = pytest.mark.django_db(transaction=True)

BUTTONS = ["concessions", "remove", "extend", "release", "again"]


@pytest.fixture
def alice():
    return make_customer()


def press(browser, hold, button, data=None, **options):
    return browser.post(f"{hold.get_absolute_url()}{button}/", data or {}, **options)


def open_basket(customer, **fields):
    hold = make_hold(customer=customer, **fields)
    browser = browser_of(customer)
    return browser, hold, browser.get(hold.get_absolute_url())


@pytest.mark.parametrize("button", BUTTONS)
def test_get_requests_are_rejected(alice, button):
    hold = make_hold(customer=alice)
    assert browser_of(alice).get(f"{hold.get_absolute_url()}{button}/").status_code == 405


@pytest.mark.parametrize("button", BUTTONS)
def test_other_visitors_get_404(alice, button):
    hold = make_hold(customer=alice)
    place = Place.objects.held_by(hold).first()
    for stranger in (
        Client(),
        browser_of(make_customer()),
        browser_of(make_customer(user=make_user())),
    ):
        assert press(stranger, hold, button, {"place": place.pk}).status_code == 404
    assert Place.objects.held_by(hold).count() == 2
    hold.refresh_from_db()
    assert hold.extended_at is None


@pytest.mark.parametrize("button", BUTTONS)
def test_a_bought_basket_redirects_to_the_order(alice, button):
    order = make_paid_order(hold=make_hold(customer=alice))
    response = press(browser_of(alice), order.hold, button)
    assert (response.status_code, response["Location"]) == (303, order.get_absolute_url())


@pytest.mark.parametrize("button", BUTTONS)
def test_it_rejects_requests_from_other_sites(alice, button):
    hold = make_hold(customer=alice)
    assert press(browser_of(alice, enforce_csrf_checks=True), hold, button).status_code == 403


@pytest.mark.parametrize("button", ["concessions", "remove", "extend"])
def test_it_keeps_what_was_typed(alice, button):
    browser, hold, page = open_basket(alice, labels=["A1", "A2"])
    data = filled_in(page, place=page.context["quote"].lines[0].place, email="not yet")
    text = press(browser, hold, button, data).content.decode()
    assert 'value="not yet"' in text and 'value="Alice Archer"' in text and " checked" in text
    assert "invalid-feedback" not in text


@pytest.mark.parametrize("button", ["concessions", "remove", "extend"])
def test_with_htmx_it_updates_a_part_of_the_page(alice, button):
    browser, hold, page = open_basket(alice)
    data = filled_in(page, place=page.context["quote"].lines[0].place)
    response = press(browser, hold, button, data, **HTMX)
    text = response.content.decode()
    assert response.status_code == 200
    assert text.lstrip().startswith('<section id="lines"')
    assert 'id="pay" hx-swap-oob="true"' in text and 'id="countdown" hx-swap-oob="true"' in text
    assert "<html" not in text and "id_email" not in text


@pytest.mark.parametrize("button", ["concessions", "extend"])
def test_an_expired_basket_redirects_to_its_page(alice, button):
    performance = make_sale(concessions={"Child": 50})
    browser, hold, page = open_basket(alice, performance=performance)
    child = performance.concessions.get().pk
    data = filled_in(page) | {f"concession-{page.context['quote'].lines[0].place}": child}
    age_hold(hold, minutes=9)
    response = press(browser, hold, button, data)
    assert (response.status_code, response["Location"]) == (303, hold.get_absolute_url())
    response = press(browser, hold, button, data, **HTMX)
    assert response["HX-Redirect"] == hold.get_absolute_url()
    hold.refresh_from_db()
    assert hold.extended_at is None and hold.concessions == {}


def test_a_concession_lowers_the_price_of_its_place(alice):
    performance = make_sale(concessions={"Child": 50, "Student": 20})
    browser, hold, page = open_basket(alice, performance=performance)
    child = performance.concessions.get(name="Child").pk
    first, second = page.context["quote"].lines
    data = fields_of(page) | {f"concession-{first.place}": child}
    response = press(browser, hold, "concessions", data)
    assert [line.concession for line in response.context["quote"].lines] == ["Child", ""]
    assert "Order and pay €67.50" in response.content.decode()
    hold.refresh_from_db()
    assert hold.concessions == {str(first.place): child}


def test_a_concession_can_be_removed(alice):
    performance = make_sale(concessions={"Child": 50})
    browser, hold, page = open_basket(alice, performance=performance, labels=["A1"])
    field = f"concession-{page.context['quote'].lines[0].place}"
    press(browser, hold, "concessions", {field: performance.concessions.get().pk})
    press(browser, hold, "concessions", {field: ""})
    hold.refresh_from_db()
    assert hold.concessions == {}


@pytest.mark.parametrize("value", ["999999", "x", "-1", "٣", "9" * 30])
def test_an_unknown_concession_is_ignored(alice, value):
    performance = make_sale(concessions={"Child": 50})
    browser, hold, page = open_basket(alice, performance=performance, labels=["A1"])
    field = f"concession-{page.context['quote'].lines[0].place}"
    response = press(browser, hold, "concessions", {field: value, "concession-x": "1"})
    assert response.status_code == 200
    assert response.context["quote"].total == 45


def test_removing_releases_one_place(alice):
    browser, hold, page = open_basket(alice)
    place = page.context["quote"].lines[0].place
    response = press(browser, hold, "remove", {"place": place})
    assert len(response.context["quote"].lines) == 1
    assert Place.objects.get(pk=place).state == Place.State.AVAILABLE
    assert response.cookies["basket"].value.startswith("1.")
    assert LedgerEntry.objects.get(kind="release").places == [place]


def test_removing_twice_removes_once(alice):
    browser, hold, page = open_basket(alice)
    place = page.context["quote"].lines[0].place
    press(browser, hold, "remove", {"place": place})
    assert press(browser, hold, "remove", {"place": place}).status_code == 200
    assert Place.objects.held_by(hold).count() == 1


def test_removing_the_last_place_returns_to_the_map(alice):
    browser, hold, page = open_basket(alice, labels=["A1"])
    place = page.context["quote"].lines[0].place
    response = press(browser, hold, "remove", {"place": place})
    assert response["Location"] == f"/performances/{hold.performance_id}/"
    hold.refresh_from_db()
    assert hold.is_released


def test_removing_the_last_place_returns_to_the_map_with_htmx(alice):
    browser, hold, page = open_basket(alice, labels=["A1"])
    place = page.context["quote"].lines[0].place
    response = press(browser, hold, "remove", {"place": place}, **HTMX)
    assert response["HX-Redirect"] == f"/performances/{hold.performance_id}/"


@pytest.mark.parametrize("place", ["", "x", "-1", "9" * 30])
def test_removing_ignores_invalid_values(alice, place):
    browser, hold, _page = open_basket(alice)
    assert press(browser, hold, "remove", {"place": place}).status_code == 200
    assert Place.objects.held_by(hold).count() == 2


def test_removing_a_place_of_someone_else_does_nothing(alice):
    performance = make_sale()
    other = make_hold(performance=performance, labels=["B1"])
    browser, hold, _page = open_basket(alice, performance=performance)
    press(browser, hold, "remove", {"place": Place.objects.get(hold=other).pk})
    assert Place.objects.held_by(other).count() == 1


KINDS = {"A1": "wheelchair", "A2": "companion", "A3": "wheelchair", "A4": "companion"}


def test_a_companion_seat_is_removed_with_its_wheelchair_space(alice):
    performance = make_sale(sections=[seated(kinds=KINDS)])
    labels = ["A1", "A2", "A3", "A4"]
    browser, hold, page = open_basket(alice, performance=performance, labels=labels)
    response = press(browser, hold, "remove", {"place": page.context["quote"].lines[0].place})
    labels = [line.label for line in response.context["quote"].lines]
    assert labels == ["Stalls, row A, wheelchair space 3", "Stalls, row A, companion seat 4"]
    assert "Stalls, row A, companion seat 2 was removed too" in response.content.decode()


def test_a_companion_seat_can_be_removed_alone(alice):
    performance = make_sale(sections=[seated(kinds=KINDS)])
    browser, hold, page = open_basket(alice, performance=performance)
    response = press(browser, hold, "remove", {"place": page.context["quote"].lines[1].place})
    labels = [line.label for line in response.context["quote"].lines]
    assert labels == ["Stalls, row A, wheelchair space 1"]
    assert not response.context["notes"]


def test_a_companion_seat_stays_once_released_to_everyone(alice):
    performance = make_sale(sections=[seated(kinds=KINDS)], accessible_released=True)
    browser, hold, page = open_basket(alice, performance=performance)
    response = press(browser, hold, "remove", {"place": page.context["quote"].lines[0].place})
    labels = [line.label for line in response.context["quote"].lines]
    assert labels == ["Stalls, row A, companion seat 2"]


def test_a_basket_can_be_extended_once(alice):
    browser, hold, _page = open_basket(alice)
    before = hold.expires_at
    response = press(browser, hold, "extend")
    hold.refresh_from_db()
    assert (hold.expires_at - before).total_seconds() == 300
    assert "already extended once" in response.content.decode()
    response = press(browser, hold, "extend")
    assert response.status_code == 409
    assert "You&#x27;ve already extended once." in response.content.decode()
    hold.refresh_from_db()
    assert (hold.expires_at - before).total_seconds() == 300


def test_releasing_releases_everything(alice):
    browser, hold, _page = open_basket(alice)
    response = press(browser, hold, "release")
    assert response["Location"] == f"/performances/{hold.performance_id}/"
    assert response.cookies["basket"].value == ""
    assert not Place.objects.held_by(hold).exists()


def test_releasing_twice_is_harmless(alice):
    browser, hold, _page = open_basket(alice)
    press(browser, hold, "release")
    assert press(browser, hold, "release").status_code == 303
    assert LedgerEntry.objects.filter(kind="release").count() == 1


def test_releasing_lapses_the_pending_order(alice):
    order = make_order(hold=make_hold(customer=alice))
    press(browser_of(alice), order.hold, "release")
    order.refresh_from_db()
    assert order.status == Order.Status.LAPSED


def lapsed(customer, **fields):
    hold = make_hold(customer=customer, **fields)
    age_hold(hold, minutes=9)
    return hold


def test_the_same_places_can_be_held_again(alice):
    hold = lapsed(alice)
    response = press(browser_of(alice), hold, "again")
    fresh = Hold.objects.live().get()
    assert response["Location"] == fresh.get_absolute_url()
    assert fresh != hold
    assert Place.objects.held_by(fresh).count() == 2


def test_places_removed_before_are_not_held_again(alice):
    browser, hold, page = open_basket(alice)
    press(browser, hold, "remove", {"place": page.context["quote"].lines[0].place})
    age_hold(hold, minutes=9)
    press(browser, hold, "again")
    place = Place.objects.held_by(Hold.objects.live().get()).get()
    assert place.pk == page.context["quote"].lines[1].place


def test_concessions_are_restored_with_their_seats(alice):
    performance = make_sale(concessions={"Child": 50})
    browser, hold, page = open_basket(alice, performance=performance)
    child = performance.concessions.get().pk
    press(
        browser, hold, "concessions", {f"concession-{page.context['quote'].lines[0].place}": child}
    )
    age_hold(hold, minutes=9)
    response = press(browser, hold, "again")
    assert browser.get(response["Location"]).context["quote"].total == 67.5


def test_it_names_the_places_that_are_unavailable(alice):
    performance = make_sale()
    hold = lapsed(alice, performance=performance)
    make_hold(performance=performance, labels=["A1"])
    response = browser_of(alice).post(f"{hold.get_absolute_url()}again/", follow=True)
    text = response.content.decode()
    assert "Just sold: Stalls, row A, seat 1. The other seats are reserved for you." in text
    assert len(response.context["quote"].lines) == 1


def test_it_returns_to_the_map_when_nothing_is_available(alice):
    performance = make_sale()
    hold = lapsed(alice, performance=performance)
    make_hold(performance=performance)
    response = press(browser_of(alice), hold, "again")
    assert response["Location"] == f"/performances/{performance.pk}/"


def test_standing_places_can_be_held_again(alice):
    performance = make_sale(sections=[standing(capacity=5)])
    hold = lapsed(alice, performance=performance, standing=3)
    make_hold(performance=performance, standing=2)
    press(browser_of(alice), hold, "again")
    fresh = Hold.objects.live().get(visitor=alice.visitor)
    assert Place.objects.held_by(fresh).count() == 3


def test_restoring_twice_restores_once(alice):
    hold = lapsed(alice)
    first = press(browser_of(alice), hold, "again")
    second = press(browser_of(alice), hold, "again")
    assert first["Location"] == second["Location"]
    assert Place.objects.held_at().count() == 2


def test_it_is_refused_when_the_sale_has_ended(alice):
    performance = make_sale()
    hold = lapsed(alice, performance=performance)
    performance.status = "cancelled"
    performance.save()
    clear_cached_terms()
    assert "Ticket sales for this show have ended." in (
        browser_of(alice).get(hold.get_absolute_url()).content.decode()
    )
    response = press(browser_of(alice), hold, "again")
    assert response["Location"] == f"/performances/{performance.pk}/"
    assert not Hold.objects.live().exists()


def test_a_logged_in_customer_can_use_another_device(alice):
    user = make_user()
    hold = make_hold(customer=Customer(alice.visitor, user))
    press(browser_of(make_customer(user=user)), hold, "extend")
    hold.refresh_from_db()
    assert hold.extended_at is not None
