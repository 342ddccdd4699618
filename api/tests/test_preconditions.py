"""If-Match: a change is made only if the resource is still what was read."""

import pytest

from api.tests.callers import Program, with_key
from bookings.tests.factories import make_hold, make_sale
from shows.models import Performance, Show
from shows.tests.factories import make_performance, make_show, make_venue
from venues.models import Venue

pytestmark = pytest.mark.django_db(transaction=True)
WRONG = {"If-Match": '"something-else"'}


@pytest.fixture
def program():
    return with_key("catalogue")


@pytest.fixture
def addresses():
    performance = make_performance()
    return {
        f"/shows/{performance.show.slug}": ({"description": "New."}, {"description": "Newer."}),
        f"/venues/{performance.venue.slug}": ({"city": "Bonn"}, {"city": "Köln"}),
        f"/performances/{performance.pk}": ({"customer_limit": 2}, {"customer_limit": 3}),
    }


def test_a_change_needs_the_current_entity_tag(program, addresses):
    for address, (first, second) in addresses.items():
        read = program.get(address)["ETag"]
        changed = program.patch(f"/staff{address}", first, **{"If-Match": read})
        assert changed.status_code == 200, changed.content
        assert changed["ETag"] != read
        assert changed["ETag"] == program.get(address)["ETag"]
        refused = program.patch(f"/staff{address}", second, **{"If-Match": read})
        assert refused.status_code == 412, refused.content
        assert refused.json()["type"].endswith("precondition-failed")
        either = {"If-Match": f'"x", {changed["ETag"]}'}
        assert program.patch(f"/staff{address}", second, **either).status_code == 200
        assert program.patch(f"/staff{address}", first, **{"If-Match": "*"}).status_code == 200
        assert program.get(address, **WRONG).status_code == 412


def test_a_wrong_entity_tag_deletes_and_changes_nothing(program):
    make_show(slug="alone")
    make_venue(slug="empty")
    draft = make_performance(opened=False, status="draft")
    for address in ("/staff/shows/alone", "/staff/venues/empty", f"/staff/performances/{draft.pk}"):
        assert program.delete(address, **WRONG).status_code == 412
        assert program.patch(address, {}, **WRONG).status_code == 412
    assert Show.objects.filter(slug="alone").exists()
    assert Venue.objects.filter(slug="empty").exists()
    assert Performance.objects.filter(pk=draft.pk).exists()


def test_a_resource_without_an_entity_tag_matches_none():
    hold = make_hold()
    guest = Program()
    for method, path in [
        ("POST", f"/performances/{hold.performance_id}/holds"),
        ("DELETE", f"/holds/{hold.token}"),
        ("GET", "/shows"),
    ]:
        assert guest.send(method, path, {"best": 1}, **WRONG).status_code == 412


def test_availability_is_returned_only_if_it_matches():
    address = f"/performances/{make_sale().pk}/availability"
    guest = Program()
    etag = guest.get(address)["ETag"]
    assert guest.get(address, **{"If-Match": etag}).status_code == 200
    assert guest.get(address, **WRONG).status_code == 412
