"""Baskets and seats in the admin."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.models import Hold, LedgerEntry, Place, Ticket
from bookings.sale.release import release_hold
from bookings.staff_operations.blocking import block_places

from .admin_pages import staff, text_of, url
from .factories import age_hold, make_hold, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)


def act(browser, name, action, rows, **data):
    data = {"action": action, "_selected_action": [row.pk for row in rows]} | data
    query = f"?performance__id__exact={rows[0].performance_id}"
    return browser.post(url(f"{name}_changelist") + query, data)


def test_a_basket_is_released_after_confirming():
    hold = make_hold()
    browser = staff()
    assert "lose their reserved seats at once" in text_of(act(browser, "hold", "release", [hold]))
    assert Place.objects.held_by(hold).count() == 2
    act(browser, "hold", "release", [hold], confirmed="yes")
    assert not Place.objects.held_by(hold).exists()
    assert LedgerEntry.objects.get(kind="release").actor == f"staff:{browser.staff.pk}"


def test_a_bought_basket_cannot_be_released():
    order = make_paid_order()
    act(staff(), "hold", "release", [order.hold], confirmed="yes")
    assert Hold.objects.get().is_bought
    assert Ticket.objects.valid().count() == 2


def test_baskets_show_their_state():
    performance = make_sale()
    live = make_hold(performance=performance, labels=["A1"])
    lapsed = make_hold(performance=performance, labels=["A2"])
    age_hold(lapsed, minutes=9)
    given = make_hold(performance=performance, labels=["A3"])
    release_hold(hold=given, actor="test")
    browser = staff()

    def found(state):
        page = browser.get(url("hold_changelist"), {"state": state})
        return {hold.pk for hold in page.context["cl"].result_list}

    assert found("live") == {live.pk}
    assert found("ended") == {lapsed.pk, given.pk}
    assert found("bought") == set()


def test_the_list_of_places_shows_one_performance():
    make_sale()
    performance = make_sale()
    query = {"performance__id__exact": performance.pk}
    page = staff().get(url("place_changelist"), query)
    assert {place.performance_id for place in page.context["cl"].result_list} == {performance.pk}


def test_it_shows_the_next_performance_first():
    performance = make_sale()
    response = staff().get(url("place_changelist"))
    assert response["Location"].endswith(f"?performance__id__exact={performance.pk}")


def test_it_shows_the_last_performance_when_nothing_is_on_sale():
    performance = make_sale(on_sale_in=timedelta(days=-9), starts_in=timedelta(days=-2))
    response = staff().get(url("place_changelist"))
    assert response["Location"].endswith(f"?performance__id__exact={performance.pk}")


def test_places_are_found_by_row_and_number():
    performance = make_sale()
    query = {"performance__id__exact": performance.pk, "q": "stalls b 3"}
    (place,) = staff().get(url("place_changelist"), query).context["cl"].result_list
    assert str(place.seat) == "B3"


def test_the_list_of_places_makes_a_constant_number_of_queries():
    performance = make_sale()
    query = {"performance__id__exact": performance.pk}
    browser = staff()
    browser.get(url("place_changelist"), query)
    with CaptureQueriesContext(connection) as queries:
        browser.get(url("place_changelist"), query)
    assert len(queries) < 20


def test_places_are_blocked_with_a_reason():
    performance = make_sale()
    places = list(Place.objects.all()[:2])
    browser = staff()
    assert "Stalls, row A, seat 1" in text_of(act(browser, "place", "block", places))
    assert act(browser, "place", "block", places, confirmed="yes").status_code == 422
    act(browser, "place", "block", places, confirmed="yes", reason="Camera")
    assert Place.objects.blocked().count() == 2
    line = LedgerEntry.objects.get(kind="block")
    assert (line.performance, line.detail["reason"]) == (performance, "Camera")


def test_places_are_unblocked():
    performance = make_sale()
    places = list(Place.objects.all()[:2])
    block_places(performance=performance, place_ids=[p.pk for p in places], actor="test")
    act(staff(), "place", "unblock", places, confirmed="yes", reason="No camera")
    assert not Place.objects.blocked().exists()
    assert LedgerEntry.objects.get(kind="unblock").detail["reason"] == "No camera"


def test_a_place_whose_basket_has_lapsed_shows_as_available():
    hold = make_hold(labels=["A1"])
    age_hold(hold, minutes=9)
    query = {"performance__id__exact": hold.performance_id, "state": "held"}
    assert "available" in text_of(staff().get(url("place_changelist"), query))
