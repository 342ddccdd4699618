"""Block seats from their list in the admin; show refusals in the form."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.models import Place

from .factories import make_hold, make_sale

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser():
    browser = Client()
    browser.force_login(make_staff(Role.BOX_OFFICE))
    return browser


def block(browser, places):
    chosen = {"action": "block", "_selected_action": [place.pk for place in places]}
    sure = {"confirmed": "yes", "reason": "A camera."}
    return browser.post(reverse("admin:bookings_place_changelist"), chosen | sure, follow=True)


def places_of(performance):
    return list(Place.objects.filter(performance=performance).order_by("pk")[:2])


def test_selected_places_are_blocked(browser):
    places = places_of(make_sale())
    assert "2 seats changed." in block(browser, places).content.decode()
    assert set(Place.objects.blocked()) == set(places)


def test_a_refused_block_shows_the_form_again_with_the_reason(browser):
    free, performance = make_sale(), make_sale()
    make_hold(performance=performance, labels=["A1"])
    page = block(browser, places_of(free) + places_of(performance))
    words = page.content.decode()
    assert page.status_code == 422
    assert "these seats are in a basket or sold: Stalls, row A, seat 1" in words
    assert page.context["form"].non_field_errors()
    assert 'value="A camera."' in words
    assert "2 seats changed." in words
    assert page.context["chosen"] == [place.pk for place in places_of(performance)]
    assert set(Place.objects.blocked()) == set(places_of(free))
