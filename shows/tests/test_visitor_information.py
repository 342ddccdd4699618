"""Map position, directions, access information, pictures and the time zone of a venue."""

import io
import json
import re
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from PIL import Image

from core.time_zones import zones_of_country
from shows.tests.factories import make_performance
from venues.forms import VenueForm, VenuePictureForm
from venues.models import Venue
from venues.tests.factories import make_venue

pytestmark = pytest.mark.django_db

FIELDS = {"name": "Hall", "slug": "hall", "address": "1 Lane", "city": "Paris", "country": "fr"}


def form(**changes):
    return VenueForm(FIELDS | changes)


@pytest.mark.parametrize(("country", "zone"), [("fr", "Europe/Paris"), ("at", "Europe/Vienna")])
def test_the_time_zone_follows_from_the_country(country, zone):
    filled = form(country=country)
    assert filled.is_valid(), filled.errors
    assert filled.save().time_zone == zone


def test_a_chosen_time_zone_stays():
    assert form(time_zone="Europe/Madrid").save().time_zone == "Europe/Madrid"


@pytest.mark.parametrize(
    ("country", "words"),
    [
        ("us", "United States has several time zones. Select one, such as America/New_York"),
        ("de", "Germany has several time zones. Select one, such as Europe/Berlin"),
        ("xx", "Select a time zone."),
        ("", "Select a time zone."),
    ],
)
def test_it_never_guesses_a_time_zone(country, words):
    assert words in form(country=country).errors["time_zone"][0]
    assert "Africa/Abidjan" not in zones_of_country(country)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"latitude": "91", "longitude": "0"}, "latitude"),
        ({"latitude": "0", "longitude": "-180.5"}, "longitude"),
        ({"latitude": "north", "longitude": "0"}, "latitude"),
        ({"latitude": "52.5"}, "longitude"),
        ({"longitude": "13.4"}, "latitude"),
    ],
)
def test_a_position_is_on_earth_and_complete(fields, field):
    assert field in form(**fields).errors


def test_the_database_refuses_half_a_position():
    with pytest.raises(IntegrityError):
        Venue.objects.filter(pk=make_venue().pk).update(latitude=Decimal(52))


def filled_venue():
    return make_venue(
        latitude="52.520008",
        longitude="13.404954",
        directions="Tram M4\nto the door",
        is_step_free=True,
        has_hearing_loop=True,
        access_notes="Call us.",
    )


def test_visitors_read_it_on_the_venues_page_and_on_those_of_its_shows(client):
    venue = filled_venue()
    performance = make_performance(venue=venue)
    for url in (venue.get_absolute_url(), performance.show.get_absolute_url()):
        page = client.get(url).content.decode()
        assert "Tram M4<br>to the door" in page and "Call us." in page
        assert "<li>Step-free entrance</li><li>Hearing loop</li>" in page
        assert "Accessible toilets" not in page
        link = "https://www.openstreetmap.org/?mlat=52.520008&amp;mlon=13.404954"
        assert f'href="{link}#map=17/52.520008/13.404954"' in page


def test_nothing_is_shown_where_nothing_is_known(client):
    page = client.get(make_venue().get_absolute_url()).content.decode()
    assert "Getting to" not in page and "Access at" not in page and "openstreetmap" not in page


def test_search_engines_read_position_and_amenities(client):
    performance = make_performance(venue=filled_venue())
    page = client.get(performance.show.get_absolute_url()).content.decode()
    data = json.loads(re.search(r'ld\+json"[^>]*>(.*?)</script>', page, re.S).group(1))
    events = data if isinstance(data, list) else data.get("@graph", [data])
    place = next(event["location"] for event in events if "location" in event)
    assert place["geo"]["latitude"] == 52.520008
    assert place["hasMap"].startswith("https://www.openstreetmap.org/")
    assert [each["name"] for each in place["amenityFeature"]] == [
        "Step-free entrance",
        "Hearing loop",
    ]


def test_the_api_has_it(client):
    venue = filled_venue()
    found = client.get(f"/api/v1/venues/{venue.slug}").json()
    assert (found["latitude"], found["longitude"]) == (52.520008, 13.404954)
    assert found["is_step_free"] and not found["has_lifts"]
    assert (found["directions"], found["access_notes"]) == ("Tram M4\nto the door", "Call us.")


def test_pictures_are_checked_and_shown_with_their_description(client):
    venue = make_venue()
    buffer = io.BytesIO()
    Image.new("RGB", (1600, 900), "#335577").save(buffer, "PNG")
    upload = SimpleUploadedFile("door.png", buffer.getvalue(), "image/png")
    filled = VenuePictureForm({"text": "The door", "ordinal": 1}, {"picture": upload})
    filled.instance.venue = venue
    picture = filled.save()
    assert Image.open(picture.picture).size == (1200, 675)
    page = client.get(venue.get_absolute_url()).content.decode()
    (tag,) = re.findall(rf'<img src="{re.escape(picture.picture.url)}"[^>]*>', page)
    assert 'alt="The door"' in tag
    broken = {"picture": SimpleUploadedFile("door.png", b"no picture")}
    assert "picture" in VenuePictureForm({"text": "x", "ordinal": 1}, broken).errors


def test_half_a_position_is_refused_in_words():
    with pytest.raises(ValidationError, match="both latitude and longitude"):
        make_venue(latitude=Decimal(1), longitude=Decimal(1)).__class__(latitude=Decimal(1)).clean()
