import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.utils import timezone

from shows.forms import days_of
from shows.models import Performance
from shows.search import index_shows
from shows.tests.factories import make_performance, make_plan, make_show, make_venue
from shows.tests.pages import links, queries_of, text

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true", "HX-Target": "results"}


@pytest.fixture
def shows():
    """Create two shows: jazz in Berlin in five days for 20, metal in Köln in ten days for 80."""
    berlin = make_plan(venue=make_venue(city="Berlin"))
    koeln = make_plan(venue=make_venue(name="Tanzbrunnen", city="Köln"))
    blue = make_show(title="Blue Hour", artists=["Ida Blank"], tags=["Jazz"])
    loud = make_show(title="Loud Hour", tags=["Metal"])
    make_performance(show=blue, plan=berlin, starts_in=timedelta(days=5), prices={"Regular": 20})
    make_performance(show=loud, plan=koeln, starts_in=timedelta(days=10), prices={"Regular": 80})
    index_shows()


def found(response):
    """Return the titles of the cards among the results."""
    html = response.content.decode()
    results = html[
        html.index('id="results"') : html.index("</section>", html.index('id="results"'))
    ]
    return re.findall(r"<h[23]><a [^>]*>([^<]*)</a></h[23]>", results.partition("</ul>")[0])


def days_ahead(number):
    from django.utils import timezone

    return (timezone.now() + timedelta(days=number)).date().isoformat()


def test_it_lists_upcoming_shows(client, shows):
    response = client.get("/shows/")
    assert found(response) == ["Blue Hour", "Loud Hour"]
    page = text(response)
    assert "2 shows" in page
    assert "Ida Blank" in page
    assert "from €20" in page


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("q=hour", ["Blue Hour", "Loud Hour"]),
        ("q=tanz", ["Loud Hour"]),
        ("city=K%C3%B6ln", ["Loud Hour"]),
        ("tag=jazz", ["Blue Hour"]),
        ("max_price=20", ["Blue Hour"]),
        ("max_price=20.5", ["Blue Hour"]),
        ("sort=title", ["Blue Hour", "Loud Hour"]),
        ("sort=new", ["Loud Hour", "Blue Hour"]),
        ("q=hour&city=Berlin&tag=jazz&max_price=50", ["Blue Hour"]),
        ("q=&city=&tag=&from=&to=&max_price=&sort=", ["Blue Hour", "Loud Hour"]),
    ],
)
def test_it_filters_without_javascript(client, shows, query, titles):
    assert found(client.get(f"/shows/?{query}")) == titles


def test_it_filters_by_day(client, shows):
    assert found(client.get(f"/shows/?from={days_ahead(8)}")) == ["Loud Hour"]
    assert found(client.get(f"/shows/?to={days_ahead(8)}")) == ["Blue Hour"]


def test_the_form_keeps_its_values(client, shows):
    html = client.get('/shows/?q="><b>blue&city=Berlin&max_price=50').content.decode()
    assert 'value="&quot;&gt;&lt;b&gt;blue"' in html
    assert '<option value="Berlin" selected>' in html
    assert 'value="50"' in html


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ("from=yesterday", "from", "Enter a valid date."),
        ("to=2026-13-45", "to", "Enter a valid date."),
        ("from=2026-05-02&to=2026-05-01", "to", "The end date is before the start date."),
        ("max_price=cheap", "max_price", "Enter a number."),
        ("max_price=-1", "max_price", "Ensure this value is greater than or equal to 0."),
        ("max_price=NaN", "max_price", "Enter a number."),
        ("max_price=1e400", "max_price", "Ensure that there are no more than 9 digits in total."),
        ("city=Atlantis", "city", "Select a valid choice."),
        ("tag=none-such", "tag", "Select a valid choice."),
        ("sort=sideways", "sort", "Select a valid choice."),
        ("q=%00", "q", "Null characters are not allowed."),
    ],
)
def test_invalid_fields_show_an_error_and_are_ignored(client, shows, query, field, message):
    response = client.get(f"/shows/?{query}")
    html = response.content.decode()
    slot = html[html.index(f'id="{field}-error"') :].partition("</div>")[0]
    assert message in slot
    assert html.count("invalid-feedback") == 1
    assert found(response) == ["Blue Hour", "Loud Hour"]
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    "query",
    [
        "q=' OR 1=1 --",
        "q=<script>alert(1)</script>",
        "city='; DROP TABLE shows_show; --",
        "tag=jazz' OR '1'='1",
        "sort=-id; --",
        "sort=show__search",
        "max_price=0 OR 1=1",
        "page=' OR 1=1 --",
        "q=" + "x" * 5000,
        "q=%ff%fe",
        "when=never",
        "page=\x00",
    ],
)
def test_injected_markup_is_escaped(client, shows, query):
    name, _, value = query.partition("=")
    response = client.get(f"/shows/?{name}={quote(value, safe='%')}")
    assert response.status_code == 200
    assert b"<script>alert" not in response.content


@pytest.mark.parametrize("page", ["0", "-1", "99", "two", "1e9", "9" * 400])
def test_a_page_beyond_the_end_shows_the_last(client, shows, page):
    response = client.get(f"/shows/?page={page}")
    assert found(response) == ["Blue Hour", "Loud Hour"]
    assert "no-store" in response["Cache-Control"]


def test_pagination_keeps_the_filters(client):
    plan = make_plan()
    for number in range(30):
        make_performance(show=make_show(title=f"Show {number:02}", tags=["Jazz"]), plan=plan)
    first = client.get("/shows/?tag=jazz&sort=title&utm_source=x")
    assert len(found(first)) == 24
    assert "?sort=title&tag=jazz&page=2" in links(first)
    second = client.get("/shows/?tag=jazz&sort=title&page=2")
    assert found(second) == [f"Show {number}" for number in range(24, 30)]
    assert second["Cache-Control"].startswith("public")


def test_htmx_gets_a_fragment(client, shows):
    response = client.get("/shows/?q=blue", headers=HTMX)
    html = response.content.decode()
    assert "<html" not in html
    assert found(response) == ["Blue Hour"]
    assert 'id="result-count"' in html
    assert 'id="max_price-error"' in html
    assert response["Cache-Control"] == "private, no-store"


def test_htmx_pushes_the_url_without_empty_parameters(client, shows):
    address = "/shows/?q=&city=K%C3%B6ln&tag=&from=&to=&max_price=&sort=&page=1"
    response = client.get(address, headers=HTMX)
    assert response["HX-Push-Url"] == "/shows/?city=K%C3%B6ln"
    assert client.get("/shows/?q=", headers=HTMX)["HX-Push-Url"] == "/shows/"
    assert "HX-Push-Url" not in client.get(address).headers


def test_htmx_gets_errors_too(client, shows):
    html = client.get("/shows/?from=soon", headers=HTMX).content.decode()
    assert "Enter a valid date." in html


def test_going_back_loads_the_whole_page(client, shows):
    headers = HTMX | {"HX-History-Restore-Request": "true"}
    assert b"<html" in client.get("/shows/?city=Berlin", headers=headers).content


def test_nothing_found_suggests_removing_filters(client, shows):
    response = client.get("/shows/?q=opera&city=Berlin&max_price=50")
    page, addresses = text(response), links(response)
    assert "No shows found" in page
    assert "/shows/?city=Berlin&max_price=50" in addresses  # Without the search text.
    assert "/shows/?max_price=50&q=opera" in addresses
    assert "/shows/?city=Berlin&q=opera" in addresses
    for label in ("opera", "Berlin", "Max. price 50"):
        assert f"✕ {label}" in page
    assert page.rindex("Just announced") < page.rindex("Loud Hour")


@time_machine.travel("2026-11-30T12:00Z", tick=False)
def test_nothing_found_names_days(client, shows):
    page = text(client.get("/shows/?q=opera&from=2026-12-04&to=2027-01-09"))
    assert "✕ From 4 Dec" in page and "✕ To 9 Jan 2027" in page


def test_nothing_found_links_past_shows(client, shows):
    make_performance(show=make_show(title="Old Opera"), starts_in=timedelta(days=-9))
    index_shows()
    response = client.get("/shows/?q=opera")
    assert "1 past show" in text(response)
    assert "/shows/?q=opera&when=past" in links(response)
    assert found(client.get("/shows/?q=opera&when=past")) == ["Old Opera"]


def test_an_empty_catalogue_has_a_message(client):
    assert "No shows announced" in text(client.get("/shows/"))


def test_past_shows_are_linked(client, shows):
    make_performance(show=make_show(title="Bygone"), starts_in=timedelta(days=-9))
    assert "/shows/?when=past" in links(client.get("/shows/"))
    response = client.get("/shows/?when=past")
    assert found(response) == ["Bygone"]
    assert "Past shows" in text(response)
    assert 'name="when" value="past"' in response.content.decode()


def test_filtered_lists_are_not_indexed(client, shows):
    assert b"noindex" in client.get("/shows/?q=blue").content
    assert b"noindex" not in client.get("/shows/").content


@pytest.mark.usefixtures("keep_caches")
def test_it_is_built_once_for_all_visitors(client, shows, django_assert_num_queries):
    client.get("/shows/?city=Berlin&sort=title")
    with django_assert_num_queries(0):
        client.get("/shows/?sort=title&city=Berlin&q=&utm_source=letter")


@pytest.mark.usefixtures("keep_caches")
def test_the_number_of_queries_does_not_grow_with_the_shows(client, shows):
    few = queries_of(client, "/shows/")
    plan = make_plan()
    for number in range(20):
        show = make_show(artists=[f"A{number}", f"B{number}"], tags=[f"Kind {number}"])
        make_performance(show=show, plan=plan)
    assert queries_of(client, "/shows/") == few <= 7


def test_post_requests_are_rejected(client):
    assert client.post("/shows/").status_code == 405


@pytest.mark.parametrize(
    ("today", "when", "first", "last"),
    [
        ("2026-12-02", "tonight", "2026-12-02", "2026-12-02"),
        ("2026-12-02", "weekend", "2026-12-04", "2026-12-06"),  # A Wednesday.
        ("2026-12-04", "weekend", "2026-12-04", "2026-12-06"),
        ("2026-12-05", "weekend", "2026-12-05", "2026-12-06"),
        ("2026-12-06", "weekend", "2026-12-06", "2026-12-06"),
        ("2026-12-07", "weekend", "2026-12-11", "2026-12-13"),
    ],
)
def test_shortcuts_have_their_days(today, when, first, last):
    days = days_of(when, date.fromisoformat(today))
    assert days == (date.fromisoformat(first), date.fromisoformat(last))


def test_tonight_lists_the_shows_of_today(client, shows, time_machine):
    # An evening everywhere in Europe, whenever the test runs.
    start = datetime.now(UTC).replace(hour=18, minute=30) + timedelta(days=5)
    Performance.objects.filter(show__title="Blue Hour").update(starts_at=start)
    time_machine.move_to(start - timedelta(hours=6), tick=False)
    response = client.get("/shows/?when=tonight")
    assert found(response) == ["Blue Hour"]
    assert "<h1>Tonight</h1>" in response.content.decode()
    assert "/shows/?when=weekend" in links(response)


def test_past_shows_have_no_filter_by_price(client, shows):
    page = client.get("/shows/?when=past&max_price=5").content.decode()
    assert 'name="max_price"' not in page and 'value="price"' not in page
    assert 'value="price"' in client.get("/shows/").content.decode()


def test_a_card_shows_the_next_date_that_has_tickets(client):
    show = make_show(title="Thrice")
    plan = make_plan()
    dates = [make_performance(show=show, plan=plan, starts_in=timedelta(days=n)) for n in (3, 4, 5)]
    Performance.objects.filter(pk=dates[0].pk).update(places_left=0)
    before = timezone.now() - timedelta(hours=1)
    Performance.objects.filter(pk=dates[1].pk).update(on_sale_until=before)
    page = text(client.get("/shows/?sort=title"))
    assert "from €45" in page and "Sold out" not in page and "Sales ended" not in page
    Performance.objects.update(places_left=0)
    assert "Sold out" in text(client.get("/shows/?city=Berlin"))
