"""The seat map in the admin."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.models import Allocation, LedgerEntry, Place
from shows.models import Performance

from .factories import age_hold, make_hold, make_paid_order, make_sale, seated, standing

pytestmark = pytest.mark.django_db(transaction=True)

CONFIRMED = {"confirmed": "yes", "reason": "A camera."}


def staff(role=Role.BOX_OFFICE):
    browser = Client()
    browser.staff = make_staff(role)
    browser.force_login(browser.staff)
    return browser


def url(performance):
    return reverse("admin:shows_performance_seat_map", args=[performance.pk])


def choose(*places, step="block", **more):
    return {"action": step, "_selected_action": [place.pk for place in places], **more}


def test_it_shows_the_holders():
    order = make_paid_order()
    make_hold(performance=order.performance, labels=["B1"])
    age_hold(make_hold(performance=order.performance, labels=["B2"]), minutes=9)
    page = staff().get(url(order.performance)).content.decode()
    sold = f'aria-label="Stalls, row A, seat 1, sold, Alice Archer · {order.reference}"'
    assert sold in page
    assert 'aria-label="Stalls, row B, seat 1, held"' in page
    assert 'aria-label="Stalls, row B, seat 2, available"' in page
    assert reverse("admin:bookings_order_change", args=[order.pk]) in page
    assert re.findall(r'class="seat-map-row"[^>]*>(\w+)<', page) == list("ABCDE")


def test_the_number_of_queries_is_constant():
    performance, browser, counts = make_sale(), staff(), []
    for label in ("A1", "A2", "A3"):
        hold = make_hold(performance=performance, labels=[label])
        make_paid_order(hold=hold, email=f"{label}@example.org")
        with CaptureQueriesContext(connection) as queries:
            browser.get(url(performance))
        counts.append(len(queries))
    assert counts[1] == counts[2]


def test_selected_seats_are_blocked_with_a_reason():
    performance, browser = make_sale(), staff()
    places = list(Place.objects.order_by("pk")[:2])
    page = browser.post(url(performance), choose(*places)).content.decode()
    assert "Block these seats?" in page and "Stalls, row A, seat 2" in page
    assert not Place.objects.blocked().exists()
    browser.post(url(performance), choose(*places) | CONFIRMED)
    assert set(Place.objects.blocked()) == set(places)
    entry = LedgerEntry.objects.get(kind="block")
    assert (entry.actor, entry.detail["reason"]) == (f"staff:{browser.staff.pk}", "A camera.")
    browser.post(url(performance), choose(places[0], step="unblock") | CONFIRMED)
    assert set(Place.objects.blocked()) == {places[1]}


def test_seats_are_held_until_a_date_in_venue_local_time():
    performance, browser = make_sale(), staff()
    day = timezone.now() + timedelta(days=2)
    data = choose(*Place.objects.order_by("pk")[:2], step="hold", name="Press") | CONFIRMED
    data |= {"release_at_0": f"{day:%Y-%m-%d}", "release_at_1": "12:00"}
    browser.post(url(performance), data)
    allocation = Allocation.objects.get()
    assert allocation.places.count() == 2
    assert allocation.release_at.astimezone(performance.venue.zone).hour == 12
    page = browser.get(url(performance)).content.decode()
    assert "seat 1, blocked, Press" in page
    changelist = reverse("admin:bookings_allocation_changelist")
    browser.post(changelist, {"action": "release", "_selected_action": [allocation.pk]} | CONFIRMED)
    assert not Place.objects.blocked().exists()


def test_standing_places_are_selected_by_number():
    performance, browser = make_sale(sections=[seated(), standing()]), staff()
    section = performance.plan.sections.get(name="Floor")
    data = {"action": "block", f"standing-{section.pk}": "30"}
    assert "and 0 more" not in browser.post(url(performance), data).content.decode()
    places = Place.objects.standing().order_by("pk")[:30]
    browser.post(url(performance), choose(*places) | CONFIRMED)
    assert Place.objects.blocked().count() == 30


def test_an_empty_selection_changes_nothing():
    performance = make_sale()
    page = staff().post(url(performance), {"action": "block"}, follow=True).content.decode()
    assert "Select at least one seat" in page


def test_places_of_another_performance_are_not_changed():
    performance, other = make_sale(), make_sale()
    foreign = Place.objects.filter(performance=other).first()
    staff().post(url(performance), choose(foreign) | CONFIRMED)
    assert not Place.objects.blocked().exists()


def test_a_large_venue_is_shown_by_section():
    sections = [seated(name=name, rows=20, seats=20) for name in ("Left", "Right")]
    performance = make_sale(sections=sections)
    page = staff().get(url(performance) + "?section=right").content.decode()
    assert "Right, row A, seat 1, available" in page and "Left, row A, seat 1" not in page


def test_only_managers_can_release_wheelchair_spaces():
    performance = make_sale()
    page = reverse("admin:shows_performance_release_accessible", args=[performance.pk])
    assert staff().post(page, CONFIRMED).status_code == 403
    staff(Role.MANAGER).post(page, CONFIRMED)
    assert Performance.objects.get().accessible_released


def test_the_map_needs_the_permission_to_view_places():
    performance = make_sale()
    assert staff(Role.FINANCE).get(url(performance)).status_code == 403
    assert staff(Role.DOOR).post(url(performance), choose()).status_code == 403
