from datetime import timedelta

import pytest
from django.core.files.base import ContentFile

from shows.models import Performance
from shows.tests.factories import make_performance, make_plan, make_show, make_venue
from shows.tests.pages import links, queries_of, text

pytestmark = pytest.mark.django_db


class TestVenueList:
    def test_it_lists_venues_with_the_number_of_upcoming_shows(self, client):
        busy = make_plan(venue=make_venue(name="Busy Hall", city="Köln"))
        make_venue(name="Quiet Hall", rating_sum=9, rating_count=2)
        make_performance(plan=busy)
        make_performance(plan=busy)
        make_performance(plan=busy, starts_in=timedelta(days=-2))
        make_performance(plan=busy, status=Performance.Status.DRAFT)
        make_performance(plan=busy, show=make_show(is_published=False))

        response = client.get("/venues/")

        page = text(response)
        assert "Köln Busy Hall 2 upcoming shows" in page
        assert "Quiet Hall" in page
        assert "4.5 (2)" in page
        assert "No upcoming dates" in page
        assert busy.venue.get_absolute_url() in links(response)

    def test_without_venues_it_has_a_message(self, client):
        assert "No venues yet" in text(client.get("/venues/"))

    def test_long_lists_are_paginated(self, client):
        for number in range(26):
            make_venue(name=f"Hall {number:02}")
        assert text(client.get("/venues/?page=2")).count("Hall") == 2

    def test_pictures_below_the_fold_are_lazy(self, client):
        for number in range(4):
            make_venue(name=f"Hall {number}").picture.save("h.jpg", ContentFile(b"x"))
        html = client.get("/venues/").content.decode()
        assert html.count('fetchpriority="high"') == 1
        assert html.count('loading="lazy"') == 2

    @pytest.mark.usefixtures("keep_caches")
    def test_it_is_public_and_its_queries_do_not_grow_with_the_rows(self, client):
        make_performance()
        few = queries_of(client, "/venues/")
        for _ in range(8):
            make_performance()
        assert queries_of(client, "/venues/") == few == 2
        assert client.get("/venues/")["Cache-Control"].startswith("public")


class TestVenuePage:
    def test_it_shows_the_address_and_the_performances(self, client):
        venue = make_venue(
            name="Kumo",
            address="1-2 Kabukicho",
            postcode="160-0021",
            city="Tokyo",
            country="JP",
            time_zone="Asia/Tokyo",
            description="Above the clouds.",
        )
        performance = make_performance(
            show=make_show(title="Blue Hour"), plan=make_plan(venue=venue)
        )
        make_performance(show=make_show(title="Elsewhere"))

        response = client.get(venue.get_absolute_url())

        page = text(response)
        for fact in (
            "Kumo",
            "1-2 Kabukicho",
            "160-0021 Tokyo, Japan",
            "Above the clouds.",
        ):
            assert fact in page
        assert "Blue Hour" in page
        assert "Elsewhere" not in page
        assert f"{performance.starts_at.astimezone(venue.zone):%H:%M}" in page
        assert performance.get_absolute_url() in links(response)

    def test_without_upcoming_shows_it_says_so_and_shows_the_past(self, client):
        past = make_performance(show=make_show(title="Bygone"), starts_in=timedelta(days=-2))
        response = client.get(past.venue.get_absolute_url())
        assert "No upcoming dates" in text(response)
        assert past.show.get_absolute_url() in links(response)
        assert past.get_absolute_url() not in links(response)

    def test_an_unknown_venue_is_not_found(self, client):
        assert client.get("/venues/nowhere/").status_code == 404

    def test_many_performances_are_paginated(self, client):
        plan = make_plan()
        for _ in range(22):
            make_performance(plan=plan, show=make_show(title="Residency"))
        address = plan.venue.get_absolute_url()
        html = client.get(address).content.decode()
        assert html.count('class="agenda-row') == 20
        assert client.get(f"{address}?page=2").content.decode().count('class="agenda-row') == 2

    @pytest.mark.usefixtures("keep_caches")
    def test_it_is_public_and_its_queries_do_not_grow_with_the_rows(self, client):
        plan = make_plan()
        make_performance(plan=plan)
        make_performance(plan=plan, starts_in=timedelta(days=-1))
        address = plan.venue.get_absolute_url()
        few = queries_of(client, address)
        for day in range(2, 9):
            make_performance(plan=plan)
            make_performance(plan=plan, starts_in=timedelta(days=-day))
        assert queries_of(client, address) == few <= 6
        assert client.get(address)["Cache-Control"].startswith("public")

    @pytest.mark.parametrize("address", ["/venues/", "/venues/kumo/"])
    def test_post_requests_are_rejected(self, client, address):
        assert client.post(address).status_code == 405


def test_venues_are_found_by_name_and_city(client):
    make_venue(name="Tonhalle", city="Zürich")
    make_venue(name="Gewandhaus", city="Leipzig")
    for query, found, other in [
        ("zurich", "Tonhalle", "Gewandhaus"),
        ("gewand", "Gewandhaus", "Tonhalle"),
    ]:
        page = client.get("/venues/", {"q": query}).content.decode()
        assert f">{found}</a>" in page and f">{other}</a>" not in page
    page = client.get("/venues/", {"q": "<nothing>"}).content.decode()
    assert "No venues found" in page and "&lt;nothing&gt;" in page


def test_the_next_page_of_a_search_keeps_its_query(client):
    for number in range(30):
        make_venue(name=f"Hall {number}", city="Bonn")
    page = client.get("/venues/", {"q": "hall"}).content.decode()
    assert "q=hall&amp;page=2" in page or "page=2&amp;q=hall" in page or "q=hall&page=2" in page
