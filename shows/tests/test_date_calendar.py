"""The calendar of a show with many dates: what it says, and which months it has."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone, translation

from core.shared_cache import clear_shared_cache
from shows.date_calendar import MANY, month_of
from shows.models import Performance
from shows.tests.factories import make_performance, make_plan, make_show, make_venue
from shows.tests.pages import links, queries_of, text

pytestmark = pytest.mark.django_db

YEAR = timezone.now().year + 1


def at(month, day, hour=19, year=YEAR):
    return datetime(year, month, day, hour, tzinfo=UTC)


@pytest.fixture
def plan():
    return make_plan(venue=make_venue(name="Kumo", city="Tokyo", time_zone="Asia/Tokyo"))


@pytest.fixture
def show(plan):
    """Return a show with eight dates in March and four in May."""
    show = make_show(title="Long Run")
    for day in range(1, 9):
        make_performance(show=show, plan=plan, starts_at=at(3, day, 10))
    for day in range(1, 5):
        make_performance(show=show, plan=plan, starts_at=at(5, day, 10))
    return show


def page_of(client, show, query="", **headers):
    return client.get(f"{show.get_absolute_url()}{query}", headers=headers)


def calendar_days(response):
    html = response.content.decode()
    return html.count('class="has-dates"')


def test_few_dates_stay_a_list(client, plan):
    show = make_show()
    for number in range(MANY - 1):
        make_performance(show=show, plan=plan, starts_in=timedelta(days=number + 1))
    assert 'id="calendar"' not in page_of(client, show).content.decode()
    clear_shared_cache()
    cache.clear()
    make_performance(show=show, plan=plan, starts_in=timedelta(days=40))
    assert 'id="calendar"' in page_of(client, show).content.decode()


def test_it_begins_with_the_next_date_and_leads_to_the_next_month_with_dates(client, show):
    response = page_of(client, show)
    assert f"March {YEAR}: 8 dates" in text(response) and calendar_days(response) == 8
    assert f"?month={YEAR}-05#dates" in links(response)
    assert f"?month={YEAR}-04#dates" not in links(response)
    later = page_of(client, show, f"?month={YEAR}-05")
    assert f"May {YEAR}: 4 dates" in text(later) and calendar_days(later) == 4
    assert f"?month={YEAR}-03#dates" in links(later)
    assert "No later dates" in text(later)


def test_a_day_says_time_price_and_state(client, show):
    first, second, third, fourth, *_ = show.performances.order_by("starts_at")
    Performance.objects.filter(pk=second.pk).update(places_left=0)
    Performance.objects.filter(pk=third.pk).update(places_left=2)
    Performance.objects.filter(pk=fourth.pk).update(status=Performance.Status.CANCELLED)
    page = text(page_of(client, show))
    days = [page.index(f"{day} March {YEAR}, 19:00") for day in range(1, 6)]
    said = [page[start:end] for start, end in zip(days, days[1:], strict=False)]
    assert "from €45" in said[0] and "On sale" in said[0]
    assert "€" not in said[1] and "Sold out" in said[1]
    assert "from €45" in said[2] and "Only 2 left" in said[2]
    assert "€" not in said[3] and "Cancelled" in said[3]
    assert first.get_absolute_url() in links(page_of(client, show))


def test_a_date_is_on_the_day_of_the_venue(plan):
    show = make_show()
    # In Tokyo it is already the first of April.
    performance = make_performance(show=show, plan=plan, starts_at=at(3, 31, 18))
    month = month_of([performance], f"{YEAR}-04")
    assert month.first == date(YEAR, 4, 1) and month_of([performance], f"{YEAR}-03") is None
    days = [day for week in month.weeks for day in week if day.performances]
    assert [day.date for day in days] == [date(YEAR, 4, 1)]


def test_two_performances_on_a_day_are_in_their_order(plan):
    show = make_show()
    evening = make_performance(show=show, plan=plan, starts_at=at(3, 7, 11))
    matinee = make_performance(show=show, plan=plan, starts_at=at(3, 7, 6))
    month = month_of([matinee, evening], f"{YEAR}-03")
    (day,) = [day for week in month.weeks for day in week if day.performances]
    assert day.performances == [matinee, evening]


def test_times_of_several_zones_are_named_with_them():
    plan = make_plan(venue=make_venue(time_zone="Europe/Berlin"))
    dates = [make_performance(plan=plan, starts_at=at(3, day)) for day in (1, 2, 31)]
    assert [time for time, starts in month_of(dates, f"{YEAR}-03").start_times] == [
        "20:00 CET",
        "21:00 CEST",
    ]
    (all_year,) = month_of(dates[:2], f"{YEAR}-03").start_times
    assert all_year[0] == "20:00" and len(all_year[1]) == 2


def test_weeks_begin_as_in_the_language(plan):
    performance = make_performance(plan=plan, starts_at=at(3, 7))
    for language in ("en", "de"):
        with translation.override(language):
            month = month_of([performance], f"{YEAR}-03")
        assert {week[0].date.weekday() for week in month.weeks} == {0}


@pytest.mark.parametrize("month", ["2001-01", "nonsense", f"{YEAR}-13", "<b>"])
def test_an_unknown_month_shows_the_first_one_and_is_not_cached(client, show, month):
    response = page_of(client, show, f"?month={month}")
    assert f"March {YEAR}: 8 dates" in text(response)
    assert response["Cache-Control"] == "no-store"
    assert page_of(client, show, f"?month={YEAR}-05")["Cache-Control"].startswith("public")


def test_all_dates_can_be_listed(client, show):
    assert f"{show.get_absolute_url()}?dates=list#dates" in links(page_of(client, show))
    response = page_of(client, show, "?dates=list")
    assert response.content.decode().count('class="agenda-row') == 12
    assert f"{show.get_absolute_url()}#dates" in links(response)


def test_htmx_gets_the_dates_alone(client, show):
    part = page_of(client, show, f"?month={YEAR}-05", HX_Request="true").content.decode()
    assert 'id="calendar"' in part and 'id="calendar-status"' in part and "<html" not in part
    headers = {"HX_Request": "true", "HX_History_Restore_Request": "true"}
    whole = page_of(client, show, f"?month={YEAR}-05", **headers).content.decode()
    assert "<html" in whole


def test_a_date_names_its_venue_where_the_month_has_several(client, show):
    assert text(page_of(client, show)).count("Kumo, Tokyo") == 1
    other = make_plan(venue=make_venue(name="Tanzbrunnen", city="Köln"))
    make_performance(show=show, plan=other, starts_at=at(5, 20))
    page = text(page_of(client, show, f"?month={YEAR}-05"))
    assert page.count("Kumo, Tokyo") == 4
    assert "Tanzbrunnen, Köln from €45 On sale" in page


@pytest.mark.usefixtures("keep_caches")
def test_the_number_of_queries_does_not_grow_with_the_dates(client, show, plan):
    few = queries_of(client, show.get_absolute_url())
    for day in range(9, 29):
        make_performance(show=show, plan=plan, starts_at=at(3, day, 10))
    assert queries_of(client, show.get_absolute_url()) == few <= 15
