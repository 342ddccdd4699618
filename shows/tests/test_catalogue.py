import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from shows.catalogue import cities, find_shows, similar_shows, tags, with_performances
from shows.models import Performance
from shows.search import index_shows
from shows.tests.factories import (
    make_performance,
    make_plan,
    make_show,
    make_venue,
    seated,
    standing,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def plans():
    two = [seated(name="Stalls", category="Front"), seated(name="Circle", category="Back")]
    return {
        "Berlin": make_plan(venue=make_venue(city="Berlin"), sections=two),
        "Tokyo": make_plan(
            venue=make_venue(name="Sky Hall", city="Tokyo", time_zone="Asia/Tokyo"), sections=two
        ),
    }


def make_listed_show(title, plan, day, *, hour=19, front=60, back=30, tags=(), **fields):
    """Create a show with one performance in November or December 2026 (UTC)."""
    month, day = (11, day) if day <= 30 else (12, day - 30)
    show = fields.pop("show", None) or make_show(title=title, tags=tags)
    return make_performance(
        show=show,
        plan=plan,
        starts_at=datetime(2026, month, day, hour, tzinfo=UTC),
        on_sale_from=datetime(2026, 1, 1, tzinfo=UTC),
        prices={"Front": front, "Back": back},
        **fields,
    )


def titles(**filters):
    return [show.title for show in find_shows(now=NOW, **filters)]


def test_without_filters_all_upcoming_shows_are_listed_by_date(plans):
    make_listed_show("Later", plans["Berlin"], 40)
    make_listed_show("Sooner", plans["Tokyo"], 21)
    make_listed_show("Gone", plans["Berlin"], 3)
    assert titles() == ["Sooner", "Later"]


def test_a_show_with_many_performances_is_listed_once_with_the_soonest(plans):
    first = make_listed_show("Residency", plans["Berlin"], 22)
    make_listed_show("Residency", plans["Berlin"], 23, show=first.show)
    make_listed_show("Residency", plans["Berlin"], 3, show=first.show)
    [show] = find_shows(now=NOW)
    assert show.performance_id == first.pk
    assert show.performance_at == first.starts_at


@pytest.mark.parametrize("status", [Performance.Status.DRAFT, Performance.Status.CANCELLED])
def test_drafts_and_cancelled_performances_do_not_count(plans, status):
    make_listed_show("Ghost", plans["Berlin"], 22, status=status)
    assert titles() == titles(past=True) == []


def test_filter_by_city(plans):
    make_listed_show("Here", plans["Berlin"], 22)
    make_listed_show("There", plans["Tokyo"], 23)
    assert titles(city="Tokyo") == ["There"]
    assert titles(city="Atlantis") == []


def test_filter_by_tag(plans):
    make_listed_show("Blue", plans["Berlin"], 22, tags=["Jazz", "Blues"])
    make_listed_show("Loud", plans["Berlin"], 23, tags=["Metal"])
    assert titles(tag="jazz") == ["Blue"]


def test_filter_by_day_in_venue_local_time(plans):
    # 23:30 in Berlin on the 22nd is 07:30 in Tokyo on the 23rd.
    make_listed_show("Here", plans["Berlin"], 22, hour=22)
    make_listed_show("There", plans["Tokyo"], 22, hour=22)
    the_22nd, the_23rd = date(2026, 11, 22), date(2026, 11, 23)
    assert titles(first=the_22nd, last=the_22nd) == ["Here"]
    assert titles(first=the_23rd, last=the_23rd) == ["There"]
    assert titles(first=the_22nd) == titles(last=the_23rd) == ["Here", "There"]
    assert titles(last=date(2026, 11, 21)) == []


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_first_and_last_days_of_the_calendar_are_accepted(plans, day):
    make_listed_show("Here", plans["Berlin"], 22)
    assert titles(first=day) == (["Here"] if day == date.min else [])
    assert titles(last=day) == (["Here"] if day == date.max else [])


def test_filter_by_price(plans):
    make_listed_show("Dear", plans["Berlin"], 22, front=120, back=90)
    make_listed_show("Cheap", plans["Berlin"], 23, front=60, back=30)
    assert titles(max_price=Decimal(30)) == ["Cheap"]
    assert titles(max_price=Decimal("29.99")) == []
    assert titles(max_price=Decimal(90)) == ["Dear", "Cheap"]


def test_all_filters_must_match_the_same_performance(plans):
    dear_here = make_listed_show("Tour", plans["Berlin"], 22, front=120, back=90)
    cheap_there = make_listed_show(
        "Tour", plans["Tokyo"], 25, show=dear_here.show, front=60, back=30
    )
    assert titles(city="Berlin", max_price=Decimal(50)) == []
    [show] = find_shows(now=NOW, city="Tokyo", max_price=Decimal(50))
    assert show.performance_id == cheap_there.pk


def test_a_search_lists_the_best_match_first(plans):
    make_listed_show("Lights", plans["Tokyo"], 22)
    make_listed_show("Sky Lights", plans["Berlin"], 25)
    index_shows()
    assert titles(query="sky") == ["Sky Lights", "Lights"]  # The other one by its venue, Sky Hall.
    assert titles(query="sky", sort="soonest") == ["Lights", "Sky Lights"]
    assert titles(query="sky", city="Berlin") == ["Sky Lights"]


def test_shows_are_sorted(plans):
    make_listed_show("C", plans["Berlin"], 22, front=50, back=40)
    make_listed_show("A", plans["Berlin"], 24, front=50, back=20)
    make_listed_show("b", plans["Berlin"], 23, front=50, back=30)
    assert titles(sort="soonest") == ["C", "b", "A"]
    assert titles(sort="new") == ["b", "A", "C"]
    assert titles(sort="price") == ["A", "b", "C"]
    assert titles(sort="title") == ["A", "b", "C"]


def test_shows_without_prices_are_sorted_last(plans):
    priceless = make_listed_show("Free?", plans["Berlin"], 22)
    priceless.price_categories.all().delete()
    make_listed_show("Dear", plans["Berlin"], 23)
    assert titles(sort="price") == ["Dear", "Free?"]


def test_past_shows_have_no_upcoming_performance_and_are_listed_latest_first(plans):
    make_listed_show("Long ago", plans["Berlin"], 2)
    make_listed_show("Lately", plans["Tokyo"], 18)
    running = make_listed_show("Running", plans["Berlin"], 4)
    make_listed_show("Running", plans["Berlin"], 28, show=running.show)
    assert titles(past=True) == ["Lately", "Long ago"]
    assert titles(past=True, city="Berlin") == ["Long ago"]


def test_a_show_whose_next_performance_was_cancelled_is_a_past_show(plans):
    show = make_listed_show("Unlucky", plans["Berlin"], 4).show
    make_listed_show("Unlucky", plans["Berlin"], 28, show=show, status=Performance.Status.CANCELLED)
    assert titles(past=True) == ["Unlucky"]


def test_cards_have_their_performance(plans, django_assert_num_queries):
    for day in (22, 23, 24):
        make_listed_show(f"Show {day}", plans["Berlin"], day, front=60, back=30)
    with django_assert_num_queries(3):
        shows = with_performances(find_shows(now=NOW))
        told = [
            (show.artist_names, show.performance.venue.city, show.performance.show.title)
            for show in shows
        ]
    assert told == [("", "Berlin", "Show 22"), ("", "Berlin", "Show 23"), ("", "Berlin", "Show 24")]
    assert shows[0].performance.price_from == Decimal(30)
    assert shows[0].performance.price_to == Decimal(60)


def test_similar_shows_share_a_tag(plans):
    here = make_listed_show("Here", plans["Berlin"], 22, tags=["Jazz", "Blues"]).show
    make_listed_show("Twice alike", plans["Berlin"], 25, tags=["Jazz", "Blues"])
    make_listed_show("Alike", plans["Berlin"], 24, tags=["Blues"])
    make_listed_show("Different", plans["Berlin"], 23, tags=["Metal"])
    make_listed_show("Gone", plans["Berlin"], 2, tags=["Jazz"])
    assert [show.title for show in similar_shows(here, 5, NOW)] == ["Alike", "Twice alike"]
    assert similar_shows(make_show(), 5, NOW) == []


def test_cities_and_tags_are_those_of_upcoming_shows(plans):
    make_listed_show("Here", plans["Berlin"], 22, tags=["Jazz"])
    make_listed_show("Here too", plans["Berlin"], 23, tags=["Jazz", "Blues"])
    make_listed_show("Gone", plans["Tokyo"], 2, tags=["Metal"])
    assert cities(NOW) == ["Berlin"]
    assert [tag.name for tag in tags(NOW)] == ["Blues", "Jazz"]
    assert cities(NOW + timedelta(days=400)) == []


def test_prices_are_those_of_categories_that_a_seat_has(client):
    plan = make_plan(sections=[seated(category="Seats"), standing(category="Floor")])
    prices = {"Closed balcony": 15, "Floor": 30, "Seats": 60, "Royal box": 200}
    performance = make_performance(plan=plan, prices=prices)
    [found] = Performance.objects.with_price_range()
    assert (found.price_from, found.price_to) == (Decimal(30), Decimal(60))
    assert not Performance.objects.costing_at_most(Decimal(29)).exists()
    assert Performance.objects.costing_at_most(Decimal(30)).exists()
    page = client.get(performance.show.get_absolute_url()).content.decode()
    assert "€30" in page
    offers = re.findall(r'"price":"([\d.]+)"', page)
    assert sorted(offers) == ["30.00", "60.00"]
