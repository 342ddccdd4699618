"""The page of a performance: seat map, prices, and the forms to choose seats."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.exceptions import PlacesUnavailable
from bookings.models import Place
from bookings.sale.holds import hold_seats
from core.shared_cache import clear_shared_cache
from shows.models import Performance
from shows.terms import terms_of

from .factories import (
    make_customer,
    make_hold,
    make_performance,
    make_plan,
    make_sale,
    make_user,
    seated,
    seats_of,
    standing,
)

pytestmark = pytest.mark.django_db

BIG = [
    seated(name="Stalls", category="Gold", rows=20, seats=30),
    seated(name="Circle", category="Silver", rows=10, seats=30),
    standing(name="Floor", category="Floor", capacity=50),
]


def get(client, performance, query="", **headers):
    return client.get(f"/performances/{performance.pk}/{query}", **headers)


def inputs(response):
    return re.findall(r'<input type="checkbox" name="seat"[^>]*>', response.content.decode())


def test_it_shows_all_seats_of_a_small_venue_with_accessible_names(client):
    performance = make_sale()
    make_hold(performance=performance, labels=["B3", "B4"])
    seats = inputs(get(client, performance))
    assert len(seats) == 50
    assert 'aria-label="Stalls, row A, seat 1, €45, available">' in seats[0]
    assert 'aria-label="Stalls, row B, seat 3, €45, unavailable" disabled>' in seats[12]
    assert sum("disabled" in seat for seat in seats) == 2


@pytest.mark.parametrize("query", ["", "?section=stalls"])
def test_social_tags_have_title_time_and_canonical_url(client, settings, query):
    performance = make_sale()
    html = get(client, performance, query).content.decode()
    address = f"{settings.SITE_URL}{performance.get_absolute_url()}"
    assert html.count('rel="canonical"') == 1
    assert f'<link rel="canonical" href="{address}">' in html
    assert f'<meta property="og:url" content="{address}">' in html
    assert f'<meta property="og:title" content="{performance.show.title}">' in html
    assert f"{performance.starts_at.astimezone(performance.venue.zone):%Y, %H:%M}" in html


def test_it_shows_what_is_special_about_a_seat(client):
    kinds = {"A1": "wheelchair", "A2": "companion", "A9": "restricted"}
    text = get(client, make_sale(sections=[seated(kinds=kinds)])).content.decode()
    assert "Stalls, row A, wheelchair space 1, €45, available" in text
    assert "Stalls, row A, companion seat 2, €45, available" in text
    assert "Stalls, row A, seat 9, €45, restricted view, available" in text
    assert 'name="accessible"' in text


def test_it_groups_the_seats_by_row(client):
    text = get(client, make_sale()).content.decode()
    names = re.findall(r'class="seat-row" role="group" aria-label="([^"]*)"', text)
    assert names == [f"Row {r}" for r in "ABCDE"]


def test_it_shows_the_sections_of_a_large_venue_first(client):
    performance = make_sale(sections=BIG)
    response = get(client, performance)
    text = response.content.decode()
    assert inputs(response) == []
    assert f'href="/performances/{performance.pk}/?section=stalls#seats"' in text
    assert re.search(r'<span data-free-in="\d+">600</span> available', text)
    assert re.search(r'<span data-free-in="\d+">50</span> available', text)


def test_a_section_opens_by_a_plain_link(client):
    response = get(client, make_sale(sections=BIG), "?section=circle")
    assert len(inputs(response)) == 300


@pytest.mark.parametrize("slug", ["nowhere", "floor", "x" * 5000, "%00"])
def test_an_unknown_section_is_not_found(client, slug):
    assert get(client, make_sale(sections=BIG), f"?section={slug}").status_code == 404


def test_standing_places_have_a_number_and_a_button(client):
    text = get(client, make_sale(sections=[standing()], customer_limit=3)).content.decode()
    assert re.search(r'name="section" value="floor"', text)
    assert re.findall(r'<option value="(\d)"', text) == ["1", "2", "3"]
    assert 'name="best"' not in text


def test_a_section_without_places_says_so(client):
    performance = make_sale(sections=[standing(capacity=2), seated(rows=1, seats=1)])
    Place.objects.filter(section__name="Floor").update(state=Place.State.BLOCKED)
    text = get(client, performance).content.decode()
    floor = text[text.index('id="section-floor"') :].partition("</li>")[0]
    assert 'value="0"' in floor and ">Sold out</p>" in floor and " disabled" not in floor


@pytest.mark.parametrize(("name", "says_so"), [("Floor", True), ("Front standing", False)])
def test_a_standing_section_says_so_once(client, name, says_so):
    html = get(client, make_sale(sections=[standing(name=name)])).content.decode()
    assert ('<span class="soft">standing</span>' in html) == says_so


@pytest.mark.usefixtures("keep_caches")
def test_it_is_built_once_for_all_visitors(client):
    performance = make_sale(sections=BIG)
    get(client, performance)
    with CaptureQueriesContext(connection) as queries:
        response = get(client, performance)
    assert len(queries) == 0
    assert "public" in response["Cache-Control"]
    assert not response.cookies
    assert "csrf" not in response.content.decode()


def test_it_is_private_for_logged_in_users(client):
    client.force_login(make_user())
    assert "private" in get(client, make_sale())["Cache-Control"]


@pytest.mark.usefixtures("keep_caches")
def test_its_queries_do_not_grow_with_seats_and_sections(client):
    def count(sections):
        performance = make_sale(sections=sections)
        client.force_login(make_user())
        get(client, performance)
        # Whether the one-second cache in Redis has expired depends on the speed of the machine.
        clear_shared_cache()
        cache.clear()
        terms_of(performance.pk)  # Cached in this process only.
        with CaptureQueriesContext(connection) as queries:
            assert get(client, performance).status_code == 200
        return len(queries)

    few = count([seated(rows=1, seats=4)])
    many = count([seated(name=f"Block {n}", rows=8, seats=30) for n in range(12)])
    assert few == many <= 6


def test_before_the_sale_it_shows_when_it_opens_and_the_seats(client):
    performance = make_sale(on_sale_in=timedelta(days=2))
    text = get(client, performance).content.decode()
    assert "Meanwhile, view the seating plan and prices." in text
    assert "data-sale-countdown" in text
    assert "Add to basket" not in text
    assert "data-closed" in text
    assert "€45" in text


def test_it_says_when_it_is_sold_out(client):
    performance = make_sale(sections=[seated(rows=1, seats=4)])
    hold_seats(
        performance_id=performance.pk,
        seat_ids=seats_of(performance),
        customer=make_customer(),
        enforce_limits=False,
    )
    text = get(client, performance).content.decode()
    assert "If someone releases their seats" in text
    assert "Find seats" not in text
    assert "data-closed" not in text  # The map still learns what is released.


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"starts_in": timedelta(hours=-1)}, "Ticket sales have ended"),
        ({"starts_in": timedelta(hours=-3)}, "This show is over"),
        ({"status": Performance.Status.CANCELLED}, "This show has been cancelled"),
    ],
)
def test_it_says_why_nothing_is_sold(client, fields, words):
    text = get(client, make_performance(**fields)).content.decode()
    assert words in text
    assert "seats-form" not in text
    assert ("at the door" in text) == (words == "Ticket sales have ended")


def test_it_hides_drafts_and_unknown_performances(client):
    draft = make_performance(status=Performance.Status.DRAFT)
    assert get(client, draft).status_code == 404
    assert client.get("/performances/999999/").status_code == 404


def test_it_escapes_what_staff_entered(client):
    performance = make_sale(sections=[seated(name='<i>"Best"</i>')])
    text = get(client, performance).content.decode()
    assert "<i>" not in text
    assert "&lt;i&gt;&quot;Best&quot;&lt;/i&gt;, row A" in text


def test_it_is_translated_to_german(client):
    response = get(client, make_sale(), HTTP_ACCEPT_LANGUAGE="de")
    assert 'lang="de"' in response.content.decode()
    assert "45\xa0€" in response.content.decode()


def test_coordinates_are_not_localised(client):
    label = {"text": "Stage", "position": {"x": 10.25, "y": 5.5}, "size": 16.5}
    stage = {"shape": "text", "position": {"x": 1.5, "y": 0}, "text": label}
    performance = make_performance(plan=make_plan(sections=BIG, decoration=[stage]))
    text = get(client, performance, HTTP_ACCEPT_LANGUAGE="de").content.decode()
    assert '<text x="11.8" y="5.5" font-size="16.5">Bühne</text>' in text
    assert not re.search(r'(x|y|font-size)="\d+,', text)


def test_refusals_are_readable():
    assert str(PlacesUnavailable(["Stalls, row A, seat 1"])).count("Stalls, row A, seat 1") == 1


@pytest.mark.parametrize("query", ["", "?section=stalls"])
def test_a_new_price_is_on_the_page_a_second_later(client, query):
    performance = make_sale()
    get(client, performance, query)
    # The cached page has expired. The terms and the plan were cached a moment before, and would be
    # shown for another second.
    cache.clear()
    clear_shared_cache()
    client.force_login(make_user())
    assert "€45" in get(client, performance, query).content.decode()
    performance.price_categories.update(price=47)
    assert "€45" in get(client, performance, query).content.decode()
    client.logout()
    html = get(client, performance, query).content.decode()
    assert "€47" in html
    assert "€45" not in html
