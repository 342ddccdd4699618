from datetime import timedelta

import pytest

from core.shared_cache import clear_shared_cache
from shows.models import Performance
from shows.tests.factories import make_performance, make_plan, make_show, make_user, make_venue
from shows.tests.pages import links, queries_of, text

pytestmark = pytest.mark.django_db


def test_it_features_the_show_that_was_added_last(client):
    plan = make_plan()
    make_performance(show=make_show(title="Older"), plan=plan)
    newest = make_show(title="Newest", artists=["Nils Frahm"])
    make_performance(show=newest, plan=plan, prices={"Regular": 32})

    page = text(client.get("/"))

    assert page.index("Newest") < page.index("Older")
    assert "Nils Frahm" in page
    assert "from €32 incl. fees" in page


def test_it_lists_the_next_performances(client):
    plan = make_plan()
    make_performance(show=make_show(title="Later"), plan=plan, starts_in=timedelta(days=9))
    make_performance(show=make_show(title="Sooner"), plan=plan, starts_in=timedelta(days=2))
    page = text(client.get("/"))
    agenda = page[page.index("Coming up") :]
    assert agenda.index("Sooner") < agenda.index("Later")


def test_common_genres_and_cities_are_translated(client):
    plan = make_plan(venue=make_venue(city="Lisbon"))
    make_performance(show=make_show(tags=["Classical"]), plan=plan)
    english, german = (
        client.get(path, HTTP_ACCEPT_LANGUAGE=language).content.decode()
        for path, language in (("/", "en"), ("/", "de"))
    )
    assert "Classical" in english and "Lisbon" in english
    assert "Klassik" in german and "Lissabon" in german and ">Classical<" not in german
    filters = client.get("/shows/", HTTP_ACCEPT_LANGUAGE="de").content.decode()
    assert '<option value="Lisbon">Lissabon</option>' in filters
    assert '<option value="classical">Klassik</option>' in filters


def test_it_links_cities_and_genres(client):
    plan = make_plan(venue=make_venue(city="St. Gallen & Umgebung"))
    make_performance(show=make_show(tags=["Drum & Bass"]), plan=plan)
    addresses = links(client.get("/"))
    assert "/shows/?tag=drum-bass" in addresses
    assert "/shows/?city=St.%20Gallen%20%26%20Umgebung" in addresses


@pytest.mark.parametrize(
    "fields",
    [
        {"status": Performance.Status.DRAFT},
        {"status": Performance.Status.CANCELLED},
        {"starts_in": timedelta(hours=-1)},
    ],
)
def test_it_leaves_out_performances_that_cannot_be_visited(client, fields):
    make_performance(show=make_show(title="Ghost"), **fields)
    assert "Ghost" not in text(client.get("/"))


def test_it_leaves_out_hidden_shows(client):
    make_performance(show=make_show(title="Ghost", is_published=False))
    assert "Ghost" not in text(client.get("/"))


def test_without_shows_it_has_a_message(client):
    response = client.get("/")
    assert "No shows announced" in text(response)
    assert "/shows/?when=past" in links(response)


def test_times_are_those_of_the_venue(client):
    plan = make_plan(venue=make_venue(city="Tokyo", time_zone="Asia/Tokyo"))
    performance = make_performance(plan=plan)
    local = performance.starts_at.astimezone(plan.venue.zone)
    assert f"{local:%H:%M}" in text(client.get("/"))


@pytest.mark.usefixtures("keep_caches")
def test_it_is_built_once_for_all_visitors(client, django_assert_num_queries):
    make_performance()
    response = client.get("/")
    assert response["Cache-Control"].startswith("public")
    assert not response.cookies
    with django_assert_num_queries(0):
        assert client.get("/").content == response.content


def test_logged_in_users_get_their_own_page(client):
    client.force_login(make_user())
    assert client.get("/")["Cache-Control"] == "private, no-store"


@pytest.mark.usefixtures("keep_caches")
def test_the_number_of_queries_does_not_grow_with_the_shows(client):
    make_performance(show=make_show(artists=["One"], tags=["Jazz"]))
    few = queries_of(client, "/")
    plan = make_plan()
    for number in range(12):
        show = make_show(artists=[f"A{number}", f"B{number}"], tags=[f"Kind {number}"])
        make_performance(show=show, plan=plan)
    clear_shared_cache()
    assert queries_of(client, "/") == few <= 8


def test_post_requests_are_rejected(client):
    assert client.post("/").status_code == 405


def test_a_show_that_is_not_yet_on_sale_is_not_sold(client):
    make_performance(show=make_show(title="Soon"), on_sale_in=timedelta(days=3))
    page = text(client.get("/"))
    assert "See dates" in page
    assert "Dates and tickets" not in page
    assert "On sale in 3 days" in page
    assert "incl. fees" not in page.split("Just announced")[1].split("Coming up")[0]


@pytest.mark.parametrize(
    ("left", "state", "has_button"),
    [(0, "Sold out", False), (2, "Only 2 left", True), (40, "On sale", True)],
)
def test_performances_say_how_many_tickets_are_left(client, left, state, has_button):
    make_performance(plan=make_plan(), places_left=left)
    page = text(client.get("/"))
    agenda = page[page.index("Coming up") :]
    assert state in agenda
    assert ("Tickets: Nachtmusik" in agenda) == has_button
