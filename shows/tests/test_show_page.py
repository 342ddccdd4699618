import json
import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from core.shared_cache import clear_shared_cache
from organisation.tests.factories import make_seller
from shows.models import Performance, Review
from shows.search import index_shows
from shows.tests.factories import (
    make_performance,
    make_plan,
    make_review,
    make_show,
    make_user,
    make_venue,
    seated,
)
from shows.tests.pages import links, queries_of, text

pytestmark = pytest.mark.django_db

HOUR_AGO = timezone.now() - timedelta(hours=1)


@pytest.fixture
def show():
    return make_show(
        title="Blue Hour",
        artists=["Ida Blank", "Nils Frahm"],
        tags=["Jazz"],
        description="First line.\n\nSecond & last.",
        duration=95,
        age_rating=16,
    )


@pytest.fixture
def plan():
    two = [seated(name="Stalls", category="Front"), seated(name="Circle", category="Back")]
    return make_plan(venue=make_venue(name="Kumo", city="Tokyo", country="JP"), sections=two)


def json_ld(response):
    data = re.search(
        r'<script type="application/ld\+json">(.*?)</script>', response.content.decode(), re.S
    )
    return json.loads(data[1])["@graph"] if data else None


def test_it_shows_the_details(client, show):
    response = client.get(show.get_absolute_url())
    page = text(response)
    for fact in ("Blue Hour", "Ida Blank, Nils Frahm", "95 minutes", "Ages 16+", "Jazz"):
        assert fact in page
    assert "<p>Second &amp; last.</p>" in response.content.decode()
    assert show.artists.first().get_absolute_url() in links(response)


def test_it_lists_its_performances_with_links_to_buy(client, show, plan):
    venue = plan.venue
    venue.time_zone = "Asia/Tokyo"
    venue.save()
    performance = make_performance(
        show=show, plan=plan, prices={"Front": 60, "Back": 45}, doors_at=None
    )
    response = client.get(show.get_absolute_url())
    page = text(response)
    assert "Tickets from €45 incl. fees" in page
    assert f"{performance.starts_at.astimezone(venue.zone):%H:%M}" in page
    assert "Kumo, Tokyo" in page
    assert performance.get_absolute_url() in links(response)


@pytest.mark.parametrize(
    ("fields", "badge"),
    [
        ({}, "On sale"),
        ({"places_left": 2}, "Only 2 left"),
        ({"places_left": 0}, "Sold out"),
        ({"on_sale_in": timedelta(days=2)}, "On sale in 2 days: "),
        ({"on_sale_in": timedelta(days=40)}, "On sale "),
        ({"opened": False}, "Not yet on sale"),
        ({"on_sale_until": HOUR_AGO}, "Sales ended"),
        ({"status": Performance.Status.CANCELLED}, "Cancelled"),
    ],
)
def test_each_performance_shows_its_sale_state(client, show, plan, fields, badge):
    performance = make_performance(show=show, plan=plan, **fields)
    html = client.get(show.get_absolute_url()).content.decode()
    row = html[html.index('class="agenda-row') :]
    state = performance.sale_state()
    assert f'<span class="state is-{state}">{badge}' in row


@pytest.mark.parametrize(
    ("second", "badge"),
    [
        ({"on_sale_in": timedelta(days=2)}, "On sale in 2 days: "),
        ({"places_left": 0}, "Sold out"),
        ({"on_sale_until": HOUR_AGO}, "Sales ended"),
    ],
)
def test_the_button_says_the_best_state_of_its_dates(client, show, plan, second, badge):
    """Not that of the next date, which is cancelled."""
    make_performance(show=show, plan=plan, status=Performance.Status.CANCELLED)
    make_performance(show=show, plan=plan, starts_in=timedelta(days=31), **second)
    html = client.get(show.get_absolute_url()).content.decode()
    button = html[html.index("See dates") : html.index("data-share")]
    assert badge in button and "cancelled" not in button


def test_past_performances_are_listed_without_links(client, show, plan):
    past = make_performance(show=show, plan=plan, starts_in=timedelta(days=-3))
    response = client.get(show.get_absolute_url())
    assert "No upcoming dates" in text(response)
    assert "Past dates" in text(response)
    assert past.get_absolute_url() not in links(response)


def test_drafts_are_not_found(client, show, plan):
    draft = make_performance(show=show, plan=plan, status=Performance.Status.DRAFT)
    assert draft.get_absolute_url() not in links(client.get(show.get_absolute_url()))


def test_hidden_shows_are_not_found(client, show):
    show.is_published = False
    show.save()
    assert client.get(show.get_absolute_url()).status_code == 404
    assert client.get("/shows/no-such-show/").status_code == 404


def test_its_description_is_escaped(client):
    show = make_show(title="<b>Bold</b>", description="<script>alert(1)</script>")
    make_performance(show=show)
    response = client.get(show.get_absolute_url())
    html = response.content.decode()
    assert "<script>alert" not in html
    assert "<b>Bold" not in html
    assert json_ld(response)[0]["description"] == "<script>alert(1)</script>"


def test_structured_data_has_each_event(client, show, plan, settings):
    performance = make_performance(
        show=show,
        plan=plan,
        prices={"Front": ("60.50", 5), "Back": 45},
        starts_in=timedelta(days=30),
    )
    Performance.objects.update(doors_at=performance.starts_at - timedelta(hours=1))
    cancelled = make_performance(
        show=show, plan=plan, starts_in=timedelta(days=31), status=Performance.Status.CANCELLED
    )

    event, other = json_ld(client.get(show.get_absolute_url()))

    start = performance.starts_at.astimezone(plan.venue.zone)
    assert event["@type"] == "MusicEvent"
    assert event["name"] == "Blue Hour"
    assert event["startDate"] == start.isoformat(timespec="minutes")
    assert event["doorTime"] == (start - timedelta(hours=1)).isoformat(timespec="minutes")
    assert event["eventStatus"] == "https://schema.org/EventScheduled"
    assert event["location"]["address"]["addressCountry"] == "JP"
    assert [each["name"] for each in event["performer"]] == ["Ida Blank", "Nils Frahm"]
    assert event["url"] == f"{settings.SITE_URL}{performance.get_absolute_url()}"
    assert [(each["price"], each["priceCurrency"]) for each in event["offers"]] == [
        ("60.50", "EUR"),
        ("45.00", "EUR"),
    ]
    assert event["offers"][0]["availability"] == "https://schema.org/InStock"
    assert other["url"].endswith(cancelled.get_absolute_url())
    assert other["eventStatus"] == "https://schema.org/EventCancelled"


def test_without_performances_there_is_no_event(client, show):
    assert json_ld(client.get(show.get_absolute_url())) is None


def test_social_tags_have_title_picture_and_url(client, show, settings):
    show.poster.save("blue.jpg", ContentFile(b"x"))
    show.poster_small.save("blue-450.jpg", ContentFile(b"x"))
    html = client.get(show.get_absolute_url(), headers={"host": "evil.example"}).content.decode()
    assert f'<link rel="canonical" href="{settings.SITE_URL}{show.get_absolute_url()}">' in html
    assert '<meta property="og:title" content="Blue Hour">' in html
    assert f'<meta property="og:image" content="{settings.SITE_URL}{show.poster.url}">' in html
    assert '<meta name="description" content="First line.' in html
    assert "evil.example" not in html


def test_its_poster_has_two_sizes_and_loads_eagerly(client, show):
    show.poster.save("blue.jpg", ContentFile(b"x"))
    show.poster_small.save("blue-450.jpg", ContentFile(b"x"))
    html = client.get(show.get_absolute_url()).content.decode()
    [poster] = re.findall(r'<img class="poster"[^>]*>', html)
    assert f'srcset="{show.poster_small.url} 450w, {show.poster.url} 900w"' in poster
    assert 'fetchpriority="high"' in poster
    assert 'width="900" height="1260"' in poster
    assert "loading" not in poster


def test_published_reviews_are_signed_with_first_names(client, show, plan):
    performance = make_performance(show=show, plan=plan, starts_in=timedelta(days=-3))
    make_review(
        performance=performance,
        author=make_user(name="Ada Lovelace"),
        text="Glorious <3",
        status=Review.Status.PUBLISHED,
    )
    make_review(
        performance=performance, author=make_user(), status=Review.Status.PUBLISHED, stars=3
    )
    make_review(performance=performance, text="Not read yet", stars=1)
    make_review(performance=performance, text="Rude", status=Review.Status.REFUSED, stars=1)
    show.rating_sum, show.rating_count = 8, 2
    show.save()

    page = text(client.get(show.get_absolute_url()))

    assert "Glorious <3" in page
    assert "Ada," in page
    assert "Lovelace" not in page
    assert "A visitor" in page
    assert "4.0 (2)" in page
    assert "Not read yet" not in page
    assert "Rude" not in page


def test_reviews_are_paginated(client, show, plan):
    performance = make_performance(show=show, plan=plan, starts_in=timedelta(days=-3))
    for number in range(10):
        make_review(performance=performance, text=f"Opinion {number}.", status="published")
    assert text(client.get(show.get_absolute_url())).count("Opinion") == 8
    assert text(client.get(f"{show.get_absolute_url()}?page=2")).count("Opinion") == 2


def test_similar_shows_are_offered(client, show, plan):
    make_performance(show=make_show(title="Green Hour", tags=["Jazz"]), plan=plan)
    make_performance(show=make_show(title="Metal Hour", tags=["Metal"]), plan=plan)
    page = text(client.get(show.get_absolute_url()))
    assert "Green Hour" in page
    assert "Metal Hour" not in page


@pytest.mark.usefixtures("keep_caches")
def test_it_is_built_once_for_all_visitors(client, show, plan, django_assert_num_queries):
    make_performance(show=show, plan=plan)
    response = client.get(show.get_absolute_url())
    assert response["Cache-Control"].startswith("public")
    with django_assert_num_queries(0):
        assert client.get(show.get_absolute_url()).content == response.content


@pytest.mark.usefixtures("keep_caches")
def test_the_number_of_queries_does_not_grow_with_the_rows(client, show, plan):
    def grow(number):
        performance = make_performance(show=show, plan=plan, starts_in=timedelta(days=-number))
        make_performance(show=show, plan=plan, starts_in=timedelta(days=number))
        make_review(performance=performance, status="published")
        other = make_show(artists=[f"X{number}"], tags=["Jazz"])
        make_performance(show=other, plan=make_plan())

    grow(1)
    few = queries_of(client, show.get_absolute_url())
    for number in range(2, 10):
        grow(number)
    clear_shared_cache()
    assert queries_of(client, show.get_absolute_url()) == few <= 16


def test_post_requests_are_rejected(client, show):
    assert client.post(show.get_absolute_url()).status_code == 405


class TestArtistPage:
    def test_it_lists_shows_and_dates(self, client, show, plan):
        performance = make_performance(show=show, plan=plan)
        make_performance(show=make_show(title="Other"), plan=plan)
        response = client.get(show.artists.first().get_absolute_url())
        assert "Blue Hour" in text(response)
        assert "Other" not in text(response)
        assert performance.get_absolute_url() in links(response)

    def test_an_artist_without_public_shows_is_not_found(self, client, show):
        artist = show.artists.first()
        show.is_published = False
        show.save()
        assert client.get(artist.get_absolute_url()).status_code == 404
        assert client.get("/artists/nobody/").status_code == 404

    def test_the_number_of_queries_does_not_grow_with_the_rows(self, client, show, plan):
        artist = show.artists.first()
        make_performance(show=show, plan=plan)
        few = queries_of(client, artist.get_absolute_url())
        for number in range(6):
            another = make_show(artists=[artist.name, f"X{number}"])
            make_performance(show=another, plan=make_plan())
        index_shows()
        assert queries_of(client, artist.get_absolute_url()) == few <= 6


def test_structured_data_marks_what_is_sold_in_store_only(client, settings):
    settings.PAYMENT_PROVIDER = "none"
    show = make_show()
    plan = make_plan(sections=[seated(), seated(name="Gallery", category="Gallery")])
    make_performance(show=show, plan=plan, prices={"Regular": 45, "Gallery": 0})
    (event,) = json_ld(client.get(show.get_absolute_url()))
    found = {each["name"]: each["availability"].rpartition("/")[2] for each in event["offers"]}
    assert found == {"Regular": "InStoreOnly", "Gallery": "InStock"}


@pytest.mark.parametrize(("iban", "availability"), [("", "InStoreOnly"), (None, "InStock")])
def test_structured_data_counts_bank_transfer_only_with_an_account(
    client, settings, iban, availability
):
    settings.PAYMENT_PROVIDER = "none"
    make_seller(**({} if iban is None else {"iban": iban}))
    starts_at = timezone.now() + timedelta(days=30)
    performance = make_performance(
        plan=make_plan(), prices={"Regular": 45}, transfer_days=7, starts_at=starts_at
    )
    (event,) = json_ld(client.get(performance.show.get_absolute_url()))
    assert event["offers"][0]["availability"] == f"https://schema.org/{availability}"
