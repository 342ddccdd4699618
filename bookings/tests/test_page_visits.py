"""Visits to the page of a performance: counted by browser and day, without a query."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection
from django.test import Client
from django.utils import timezone

from bookings.insights import page_visits
from bookings.insights.figures import insights_of
from bookings.insights.page_visits import store_visits
from bookings.models import PageVisits
from core.shared_cache import clear_shared_cache
from shows.models import Performance

from .factories import make_hold, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


@pytest.fixture
def performance():
    cache.clear()
    clear_shared_cache()
    return make_sale()


def open_page(performance, headers=BROWSER):
    """Open the page as a browser does: with its invisible picture."""
    client = Client()
    page = client.get(performance.get_absolute_url(), headers=headers).content.decode()
    address = f"/performances/{performance.pk}/visit.svg"
    assert f'src="{address}"' in page
    return client.get(address, headers=headers)


def stored(performance):
    store_visits()
    return dict(PageVisits.objects.filter(performance=performance).values_list("day", "number"))


def test_visits_are_added_up_by_day(performance):
    today = timezone.localdate()
    for _number in range(3):
        assert open_page(performance)["Content-Type"] == "image/svg+xml"
    assert stored(performance) == {today: 3}
    assert stored(performance) == {today: 3}
    open_page(performance)
    assert stored(performance) == {today: 4}


def test_browsers_keep_the_picture_until_the_end_of_the_day(performance, time_machine):
    now = timezone.localtime().replace(hour=20, minute=30, second=0, microsecond=0)
    time_machine.move_to(now, tick=False)
    answer = open_page(performance)
    assert answer["Cache-Control"] == "private, max-age=12600"
    assert "visitor" in answer.cookies  # As before; it is not read for the count.


def test_counting_runs_no_query(performance, django_assert_num_queries):
    open_page(performance)
    client = Client(headers=BROWSER)
    with django_assert_num_queries(0):
        client.get(f"/performances/{performance.pk}/visit.svg")


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User-Agent": "Mozilla/5.0 (X11) AppleWebKit/537.36 HeadlessChrome/140.0 Safari/537.36"},
        {"User-Agent": "facebookexternalhit/1.1"},
        {"User-Agent": "curl/8.5.0"},
        {"User-Agent": ""},
        BROWSER | {"Sec-Purpose": "prefetch;prerender"},
    ],
)
def test_robots_are_left_out(performance, headers):
    open_page(performance, headers)
    assert stored(performance) == {}


def test_only_pages_that_were_opened_have_a_counter(performance):
    for pk in (performance.pk, 987_654_321):
        answer = Client(headers=BROWSER).get(f"/performances/{pk}/visit.svg")
        assert answer.status_code == 200
        assert cache.get(f"page-visits:{timezone.localdate()}:{pk}") is None
    assert stored(performance) == {}


def test_requests_without_a_body_do_not_count(performance):
    open_page(performance)
    Client(headers=BROWSER).head(f"/performances/{performance.pk}/visit.svg")
    assert stored(performance) == {timezone.localdate(): 1}


def test_visits_of_yesterday_are_still_stored(performance, time_machine):
    late = timezone.localtime().replace(hour=23, minute=59, second=0, microsecond=0)
    time_machine.move_to(late, tick=False)
    open_page(performance)
    time_machine.move_to(late + timedelta(minutes=3), tick=False)
    assert stored(performance) == {late.date(): 1}


def test_no_visit_is_lost_or_doubled_by_two_tasks(performance):
    open_page(performance)
    key = page_visits._key(performance.pk, timezone.localdate())
    cache.incr(key, 500)

    def work(number):
        try:
            if number % 2:
                store_visits()
            else:
                for _ in range(20):
                    cache.incr(key)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(16)))
    assert stored(performance) == {timezone.localdate(): 501 + 8 * 20}


def test_what_cannot_be_stored_stays_in_the_counter(performance, monkeypatch):
    open_page(performance)
    with monkeypatch.context() as broken:
        broken.setattr(page_visits, "_ADD", "SELECT 1 / 0, %s, %s, %s")
        with pytest.raises(Exception, match="division by zero"):
            store_visits()
    assert stored(performance) == {timezone.localdate(): 1}


def test_there_is_one_row_for_each_day(performance):
    row = {"performance": performance, "day": timezone.localdate(), "number": 1}
    PageVisits.objects.create(**row)
    with pytest.raises(IntegrityError, match="page_visits_have_one_row_a_day"):
        PageVisits.objects.create(**row)


def test_the_way_to_a_sale_begins_with_the_page(performance):
    for _number in range(8):
        open_page(performance)
    store_visits()
    make_paid_order(hold=make_hold(performance=performance, labels=["A1"]))
    make_hold(performance=performance, labels=["A2"])
    loaded = list(Performance.objects.select_related("show", "venue"))
    tables = {table.key: table for table in insights_of(loaded, timezone.localdate())}
    rows = [row[1:] for row in tables["conversion"].rows]
    assert rows == [[8, 100.0, ""], [2, 25.0, 100.0], [1, 12.5, 50.0], [1, 12.5, 50.0]]
