"""The shared snapshot of available places."""

import base64
import gzip
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.seatmap.snapshots import snapshot_of
from core.shared_cache import clear_shared_cache
from shows.terms import NoSuchPerformance

from .factories import make_hold, make_sale, seated, section_of, standing

pytestmark = pytest.mark.django_db


def unpack(text, size):
    data = base64.b64decode(text)
    return format(int.from_bytes(data, "big"), f"0{len(data) * 8}b")[:size]


def test_it_shows_which_seats_are_free_in_the_order_of_the_plan():
    performance = make_sale(sections=[seated(rows=1, seats=10), standing(capacity=30)])
    make_hold(performance=performance, labels=["A1", "A4"])
    snapshot = snapshot_of(performance.pk)
    content = json.loads(snapshot.body)
    stalls = content["sections"][str(section_of(performance, "Stalls").pk)]
    assert content["free"] == 38
    assert stalls[0] == 8
    assert unpack(stalls[1], 10) == "0110111111"
    assert content["sections"][str(section_of(performance, "Floor").pk)] == [30]
    assert gzip.decompress(snapshot.gzipped) == snapshot.body


def test_its_etag_changes_with_the_state():
    performance = make_sale()
    first = snapshot_of(performance.pk).etag
    clear_shared_cache()
    again = snapshot_of(performance.pk).etag
    make_hold(performance=performance)
    from django.core.cache import cache

    cache.clear()
    clear_shared_cache()
    assert first == again != snapshot_of(performance.pk).etag


@pytest.mark.usefixtures("keep_caches")
def test_readers_within_the_second_cost_no_query():
    performance = make_sale()
    snapshot_of(performance.pk)
    with CaptureQueriesContext(connection) as queries:
        for _ in range(100):
            snapshot_of(performance.pk)
    assert len(queries) == 0


def test_a_performance_without_places_has_a_snapshot():
    performance = make_sale()
    performance.places.all().delete()
    content = json.loads(snapshot_of(performance.pk).body)
    assert content["free"] == 0


def test_an_unknown_performance_has_none():
    with pytest.raises(NoSuchPerformance):
        snapshot_of(10**9)
