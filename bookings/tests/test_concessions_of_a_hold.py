"""A hold stores concessions of its own places only, whatever a client sends."""

import pytest
from django.db import IntegrityError, transaction

from bookings.models import Hold
from bookings.sale.concessions import choose_concessions
from bookings.sale.release import release_places
from bookings.sale.restore_hold import restore_hold

from .browsing import browser_of, filled_in
from .factories import age_hold, make_customer, make_hold, make_sale

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return make_customer()


@pytest.fixture
def performance():
    return make_sale(concessions={"Child": 50})


def chosen_in(hold):
    hold.refresh_from_db()
    return hold.concessions


def child_of(performance):
    return performance.concessions.get().pk


@pytest.mark.parametrize("button", ["", "concessions/", "remove/", "extend/"])
def test_concessions_for_places_of_others_are_ignored(alice, performance, button):
    hold, other = make_hold(performance=performance, customer=alice), make_hold()
    child, place = child_of(performance), hold.places.first()
    browser, url = browser_of(alice), hold.get_absolute_url()
    page = browser.get(url)
    forged = [*range(10**12, 10**12 + 2000), other.places.first().pk]
    form = filled_in(page) | {f"concession-{pk}": child for pk in forged}
    form[f"concession-{place.pk}"] = child
    for _ in range(3):
        assert browser.post(f"{url}{button}", form).status_code < 500
    assert chosen_in(hold) == {str(place.pk): child}


def test_the_concession_of_a_removed_place_is_dropped_with_the_next_choice(alice, performance):
    hold, child = make_hold(performance=performance, customer=alice), child_of(performance)
    first, second = hold.places.order_by("pk")
    choose_concessions(hold=hold, chosen={first.pk: child, second.pk: child})
    release_places(hold=hold, place_ids=[first.pk], actor="test")
    choose_concessions(hold=hold, chosen={})
    assert chosen_in(hold) == {str(second.pk): child}


def test_restored_places_keep_their_concessions(alice, performance):
    hold, child = make_hold(performance=performance, customer=alice), child_of(performance)
    place = hold.places.first()
    choose_concessions(hold=hold, chosen={place.pk: child})
    age_hold(hold, minutes=30)
    assert chosen_in(restore_hold(hold=hold, customer=alice).hold) == {str(place.pk): child}


def test_the_database_rejects_too_many_concessions(alice):
    hold = make_hold(customer=alice)
    grown = {str(10**12 + number): 1 for number in range(2000)}
    with pytest.raises(IntegrityError, match="hold_concessions"), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(concessions=grown)
