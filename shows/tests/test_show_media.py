"""Pictures, links, artists' texts, venue information and sharing on the page of a show."""

import io
import json
import re

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image

from organisation.models import HelpEntry
from shows.admin_forms import ShowPictureForm
from shows.models import Artist, MediaLink, ShowPicture
from shows.tests.factories import make_performance, make_plan, make_show, make_venue
from shows.tests.pages import links, text
from venues.models import VenuePicture

pytestmark = pytest.mark.django_db

VIDEO = "https://video.example/watch?v=1&t=2"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def venue():
    return make_venue(
        name="Kumo & Co",
        city="Bonn",
        postcode="53111",
        latitude="50.735000",
        longitude="7.100000",
        directions="Tram 61.",
        is_step_free=True,
        has_hearing_loop=True,
        companions_are_free=True,
    )


@pytest.fixture
def show(venue):
    show = make_show(title="Blue Hour", artists=["Ida Blank"])
    make_performance(show=show, plan=make_plan(venue=venue))
    return show


def page_of(client, show):
    return client.get(show.get_absolute_url())


def json_ld(response):
    found = re.search(
        r'<script type="application/ld\+json">(.*?)</script>', response.content.decode(), re.S
    )
    return json.loads(found[1])["@graph"][0]


def picture(model, text, **owner):
    return model.objects.create(picture=ContentFile(b"x", name=f"{text}.webp"), text=text, **owner)


def test_media_are_links_and_nothing_of_them_is_loaded(client, show):
    MediaLink.objects.create(show=show, kind="video", title="Live <3", url=VIDEO)
    MediaLink.objects.create(show=show, kind="audio", title="Song", url="https://audio.example/1")
    response = page_of(client, show)
    assert VIDEO in links(response) and "https://audio.example/1" in links(response)
    assert "Live <3 video · video.example" in text(response)
    html = response.content.decode()
    assert not re.search(r"<(iframe|video|audio|embed|object)\b", html)
    assert not re.search(r'(?:src|srcset|poster)="https?://', html)
    assert not response.cookies


@pytest.mark.parametrize(
    "url", ["http://video.example/", "javascript:alert(1)", "//video.example/", "video", "https://"]
)
def test_links_are_https(show, url):
    link = MediaLink(show=show, title="Live", url=url)
    with pytest.raises(ValidationError) as refused:
        link.full_clean()
    assert "https://" in str(refused.value)
    artist = Artist(name="X", slug="x", website=url)
    with pytest.raises(ValidationError):
        artist.full_clean()


def test_the_database_refuses_links_that_are_not_https(show):
    with pytest.raises(IntegrityError, match="media_link_is_https"), transaction.atomic():
        MediaLink.objects.create(show=show, title="Live", url="http://video.example/")
    with pytest.raises(IntegrityError, match="artist_website_is_https"), transaction.atomic():
        Artist.objects.create(name="X", slug="x", website="http://x.example/")


def test_pictures_of_the_show_and_of_its_venue_are_shown(client, show, venue):
    own = picture(ShowPicture, "On stage", show=show)
    door = picture(VenuePicture, "The door", venue=venue)
    response = page_of(client, show)
    html = response.content.decode()
    for each in (own, door):
        assert each.picture.url in links(response)
        (tag,) = re.findall(rf'<img src="{re.escape(each.picture.url)}"[^>]*>', html)
        assert f'alt="{each.text}"' in tag and 'loading="lazy"' in tag and 'width="' in tag


def test_a_picture_is_encoded_anew():
    buffer = io.BytesIO()
    Image.new("RGB", (60, 40), "#225577").save(buffer, "PNG")
    upload = SimpleUploadedFile("photo.png", buffer.getvalue(), "image/png")
    form = ShowPictureForm({"text": "On stage", "ordinal": 0}, {"picture": upload})
    assert form.is_valid(), form.errors
    form.instance.show = make_show()
    assert form.save().picture.name.endswith(".webp")
    broken = {"picture": SimpleUploadedFile("photo.png", b"<svg/>", "image/png")}
    assert "picture" in ShowPictureForm({"text": "x", "ordinal": 0}, broken).errors


def test_artists_tell_of_themselves(client, show):
    Artist.objects.filter(name="Ida Blank").update(
        description="Born <b>loud</b>.\n\nStill is.", website="https://www.ida.example/tour"
    )
    artist = show.artists.get()
    for address in (show.get_absolute_url(), artist.get_absolute_url()):
        response = client.get(address)
        assert "Born <b>loud</b>." in text(response) and "<p>Still is.</p>" in str(response.content)
        assert "https://www.ida.example/tour" in links(response)
        assert "ida.example" in text(response)


def test_the_way_to_the_venue_needs_no_third_party(client, show, venue):
    response = page_of(client, show)
    page = text(response)
    assert "Getting to Kumo & Co" in page and "Am Kanal 1" in page and "53111 Bonn" in page
    assert "Tram 61." in page
    urls = links(response)
    assert "https://www.openstreetmap.org/?mlat=50.735&mlon=7.1#map=17/50.735/7.1" in urls
    assert "geo:50.735,7.1?q=50.735,7.1(Kumo%20%26%20Co)" in urls
    assert "maps:?ll=50.735,7.1&q=Kumo%20%26%20Co" in urls
    for said in ("Access at Kumo", "Step-free entrance", "Hearing loop", "Companions"):
        assert said in page


def test_a_venue_without_a_position_has_its_address(client):
    show = make_show()
    make_performance(show=show)
    response = page_of(client, show)
    assert "Am Kanal 1" in text(response)
    assert not [url for url in links(response) if url.startswith(("geo:", "maps:"))]


def test_it_leads_to_answers_contact_and_imprint(client, show):
    entry = HelpEntry.objects.create(language="en", question="Can I bring a bag?", answer="Yes.")
    HelpEntry.objects.create(language="en", question="Hidden?", answer="-", is_published=False)
    response = page_of(client, show)
    assert f"/help/#question-{entry.pk}" in links(response)
    assert "Can I bring a bag?" in text(response) and "Hidden?" not in text(response)


def test_it_can_be_shared_by_its_public_address(client, show, settings):
    html = client.get(show.get_absolute_url(), headers={"host": "evil.example"}).content.decode()
    assert f'data-share="{settings.SITE_URL}{show.get_absolute_url()}"' in html
    assert re.search(r"<button[^>]*data-share[^>]* hidden>", html)


def test_times_name_the_zone_without_javascript(client, show, venue):
    (performance,) = show.performances.all()
    local = performance.starts_at.astimezone(venue.zone)
    for address in (show.get_absolute_url(), performance.get_absolute_url()):
        page = client.get(address)
        assert f"{local:%H:%M %Z}" in text(page)
        assert f'data-your-time="{local:%Y-%m-%dT%H:%M:%S}' in page.content.decode()


def test_structured_data_has_pictures_media_and_performers(client, show, venue, settings):
    show.poster.save("poster.webp", ContentFile(b"x"))
    own = picture(ShowPicture, "On stage", show=show)
    door = picture(VenuePicture, "The door", venue=venue)
    MediaLink.objects.create(show=show, kind="video", title="Live", url=VIDEO)
    MediaLink.objects.create(show=show, kind="page", title="Site", url="https://tour.example/")
    Artist.objects.update(description="Loud.", website="https://ida.example/")
    event = json_ld(page_of(client, show))
    address = settings.SITE_URL
    assert event["image"] == [address + show.poster.url, address + own.picture.url]
    assert event["location"]["image"] == [address + door.picture.url]
    assert event["sameAs"] == ["https://tour.example/"]
    assert event["subjectOf"] == [{"@type": "VideoObject", "name": "Live", "url": VIDEO}]
    assert event["performer"] == [
        {
            "@type": "MusicGroup",
            "name": "Ida Blank",
            "description": "Loud.",
            "sameAs": "https://ida.example/",
        }
    ]
    assert event["eventStatus"] == "https://schema.org/EventScheduled"
