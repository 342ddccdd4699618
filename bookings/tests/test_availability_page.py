"""Data of the seat map: the snapshot, and the drawing of a section."""

import gzip
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shows.models import Performance
from shows.terms import clear_cached_terms

from .factories import make_performance, make_sale, make_user, seated, standing

pytestmark = pytest.mark.django_db

BIG = [
    seated(name="Stalls", category="Gold", rows=20, seats=40),
    standing(name="Floor", category="Floor", capacity=50),
]


def drawing_of_stalls(client, performance, **headers):
    page = client.get(f"/performances/{performance.pk}/", **headers).content.decode()
    return re.search(r'data-drawing="(/[^"]+stalls[^"]+)"', page)[1]


def test_the_snapshot_is_public_and_at_most_a_second_old(client):
    performance = make_sale()
    response = client.get(f"/performances/{performance.pk}/availability")
    assert response["Cache-Control"] == "public, max-age=1, stale-while-revalidate=1"
    assert response["Content-Type"] == "application/json"
    assert "Cookie" not in response["Vary"]
    assert json.loads(response.content)["free"] == 50


def test_the_snapshot_is_not_sent_again_if_unchanged(client):
    address = f"/performances/{make_sale().pk}/availability"
    tag = client.get(address)["ETag"]
    again = client.get(address, HTTP_IF_NONE_MATCH=tag)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert client.get(address, HTTP_IF_NONE_MATCH='W/"other"').status_code == 200


def test_the_snapshot_is_compressed(client):
    address = f"/performances/{make_sale().pk}/availability"
    response = client.get(address, HTTP_ACCEPT_ENCODING="br, gzip")
    assert response["Content-Encoding"] == "gzip"
    assert int(response["Content-Length"]) == len(response.content)
    assert json.loads(gzip.decompress(response.content))["free"] == 50


@pytest.mark.usefixtures("keep_caches")
def test_the_snapshot_does_not_depend_on_the_visitor(client):
    performance = make_sale()
    client.force_login(make_user())
    client.get(f"/performances/{performance.pk}/availability")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/performances/{performance.pk}/availability")
    assert len(queries) == 0


def test_the_snapshot_exists_for_public_performances_only(client):
    draft = make_performance(status=Performance.Status.DRAFT)
    assert client.get(f"/performances/{draft.pk}/availability").status_code == 404
    assert client.get("/performances/999999/availability").status_code == 404
    assert client.post(f"/performances/{make_sale().pk}/availability").status_code == 405


def test_the_drawing_is_immutable_and_contains_no_availability(client):
    performance = make_sale(sections=BIG)
    response = client.get(drawing_of_stalls(client, performance))
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    data = response.json()
    seats = [seat for *_names, seats in data["rows"] for seat in seats]
    assert len(seats) == 800
    assert data["rows"][0][:3] == ["A", "Row A", "Stalls, row A"]
    assert seats[0][1] == "1" and data["prices"][seats[0][4]][:2] == [45, "€45"]


def test_the_drawing_is_compressed(client):
    address = drawing_of_stalls(client, make_sale(sections=BIG))
    response = client.get(address, HTTP_ACCEPT_ENCODING="gzip")
    assert b"Stalls, row A" in gzip.decompress(response.content)
    assert len(response.content) < 10_000


def test_each_language_and_each_price_has_its_own_drawing(client):
    performance = make_sale(sections=BIG)
    english = drawing_of_stalls(client, performance)
    german = drawing_of_stalls(client, performance, HTTP_ACCEPT_LANGUAGE="de")
    assert english != german
    # The URL decides the language, not the visitor.
    text = client.get(german, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "45\xa0€" in text
    performance.price_categories.update(price=60)
    clear_cached_terms()
    stale = client.get(english)
    assert stale.status_code == 302
    assert stale["Cache-Control"] == "no-store"
    assert "€60" in client.get(stale["Location"]).content.decode()


def test_an_unknown_drawing_is_not_found(client):
    performance = make_sale(sections=BIG)
    base = f"/performances/{performance.pk}/drawing"
    assert client.get(f"{base}/nowhere/abc/").status_code == 404
    assert client.get(f"{base}/floor/abc/").status_code == 404
    assert client.get("/performances/999999/drawing/stalls/abc/").status_code == 404
    draft = make_performance(status=Performance.Status.DRAFT)
    assert client.get(f"/performances/{draft.pk}/drawing/stalls/abc/").status_code == 404


def test_the_pixel_sets_the_visitor_cookie(client):
    response = client.get("/visit.svg")
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Cache-Control"].startswith("private")
    assert response.cookies["visitor"]["httponly"]
    assert "visitor" not in client.get("/visit.svg").cookies
