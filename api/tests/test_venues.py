"""Venues in the API: capacity, rating, search, pictures and shows."""

import io
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db.models.functions import Now
from PIL import Image

from api.tests.callers import Program, with_key
from bookings.tests.factories import standing
from shows.tests.factories import make_performance, make_plan, make_show, make_venue
from venues.models import Section, Venue, VenuePicture

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def picture():
    buffer = io.BytesIO()
    Image.new("RGB", (1600, 900), "navy").save(buffer, "PNG")
    return buffer.getvalue()


def slugs(answer):
    return [row["slug"] for row in answer.json()["items"]]


def test_it_returns_capacity_and_rating():
    venue = make_venue(slug="hall")
    plan = make_plan(venue=venue)
    Venue.objects.update(rating_sum=9, rating_count=2)
    largest = sum(Section.objects.filter(plan=plan).values_list("capacity", flat=True))
    old = make_plan(venue=venue, sections=[standing(capacity=9000)])
    type(old).objects.filter(pk=old.pk).update(archived_at=Now())
    found = Program().get("/venues/hall").json()
    assert (found["capacity"], found["rating"], found["rating_count"]) == (largest, 4.5, 2)
    assert Program().get("/venues").json()["items"][0]["capacity"] == largest
    assert found["url"].endswith(venue.get_absolute_url())


def test_it_has_further_pictures(settings):
    venue = make_venue(slug="hall")
    file = ContentFile(b"x", name="door.webp")
    door = VenuePicture.objects.create(venue=venue, picture=file, text="The door")
    for found in (
        Program().get("/venues/hall").json(),
        Program().get("/venues").json()["items"][0],
    ):
        assert found["pictures"] == [
            {"url": f"{settings.SITE_URL}{door.picture.url}", "text": "The door"}
        ]


def test_it_works_without_a_plan_and_reviews():
    make_venue(slug="new")
    found = Program().get("/venues/new").json()
    assert (found["capacity"], found["rating"], found["picture"]) == (None, None, None)


def test_it_searches_by_name_and_city():
    make_venue(slug="tonhalle", name="Tonhalle", city="Zürich")
    make_venue(slug="gewandhaus", name="Gewandhaus", city="Leipzig")
    for query, expected in [
        ("tonh", ["tonhalle"]),
        ("zurich", ["tonhalle"]),
        ("ZÜRICH ton", ["tonhalle"]),
        ("leipzig", ["gewandhaus"]),
        ("nothing", []),
        ("", ["gewandhaus", "tonhalle"]),
    ]:
        assert slugs(Program().get("/venues", {"q": query})) == expected, query


def test_it_lists_the_shows_of_a_venue():
    hall, club = make_venue(slug="hall"), make_venue(slug="club")
    both, once, past = (make_show(slug=slug) for slug in ("both", "once", "past"))
    for show, venue, days in [(both, hall, 3), (both, club, 2), (once, hall, 1), (past, hall, -2)]:
        make_performance(show=show, plan=make_plan(venue=venue), starts_in=timedelta(days=days))
    make_performance(show=make_show(slug="draft"), plan=make_plan(venue=hall), status="draft")
    assert slugs(Program().get("/venues/hall/shows")) == ["once", "both"]
    assert slugs(Program().get("/venues/club/shows")) == ["both"]
    assert slugs(Program().get("/venues/hall/shows", {"past": "true"})) == ["past"]
    assert slugs(Program().get("/shows", {"venue": "club"})) == ["both"]
    assert Program().get("/venues/none/shows").status_code == 404


@pytest.mark.parametrize("kind", ["venues", "shows"])
def test_it_uploads_and_returns_pictures(kind, client):
    make_venue(slug="hall")
    make_show(slug="hall")
    answer = with_key("catalogue").upload(f"/staff/{kind}/hall/picture", picture())
    assert answer.status_code == 200, answer.content
    url = Program().get(f"/{kind}/hall").json()["picture"]["url"]
    assert answer.json()["picture"]["url"] == url
    assert url.startswith("http") and url.endswith(".webp")
    assert answer["ETag"] == Program().get(f"/{kind}/hall")["ETag"]
    read = client.get("/" + url.split("/", 3)[3])
    assert read["Content-Type"] == "image/webp"


@pytest.mark.parametrize("kind", ["venues", "shows"])
def test_it_rejects_invalid_pictures(kind):
    make_venue(slug="hall")
    make_show(slug="hall")
    program = with_key("catalogue")
    answer = program.upload(f"/staff/{kind}/hall/picture", b"\0 no picture")
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:concert:problem:invalid-picture"
    assert answer.json()["errors"][0]["pointer"] == "/body/file"
    assert program.post(f"/staff/{kind}/hall/picture").status_code == 422
    assert with_key("orders").upload(f"/staff/{kind}/hall/picture", picture()).status_code == 403
    assert Program().get(f"/{kind}/hall").json()["picture"] is None
