"""Names in every script have their own URLs, and are never mistaken for one another."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.roles import Role, appoint
from core.slugs import free_slug
from shows.catalogue_files import import_catalogue
from shows.catalogue_write import write_show
from shows.models import Artist, Show, Tag
from shows.names import get_or_create_by_name
from shows.tests.factories import (
    make_artist,
    make_performance,
    make_plan,
    make_show,
    make_user,
    make_venue,
)
from venues.models import Venue

pytestmark = pytest.mark.django_db

NAMES = [
    "久石譲",
    "Ленинград",
    "!!!",
    "44",
    "+44",
    "C",
    "C++",
    "🎸",
    "방탄소년단",
    "بيروت",
    "Ωμέγα",
]
TAGS = ["ロック", "Рок", "!?", "C", "C++"]


def add_show(title, artists=(), tags=()):
    return write_show(
        show=Show(),
        data={"title": title, "artists": list(artists), "tags": list(tags), "is_published": True},
    )


@pytest.mark.parametrize("name", NAMES)
def test_pages_of_any_name_can_be_opened(client, name):
    show = add_show(name, artists=[name], tags=[name])
    make_performance(show=show)
    artist = show.artists.get()
    for address in (
        show.get_absolute_url(),
        artist.get_absolute_url(),
        f"/shows/?tag={show.tags.get().slug}",
        f"/api/v1/shows/{show.slug}",
        "/",
        "/sitemap.xml",
    ):
        assert client.get(address).status_code == 200, address
    assert artist.get_absolute_url() in client.get("/sitemap.xml").content.decode()


def test_the_sitemap_lists_every_name_once(client):
    shows = [add_show(name, artists=[name]) for name in NAMES]
    page = client.get("/sitemap.xml").content.decode()
    for thing in [*shows, *Artist.objects.all()]:
        assert page.count(f"{thing.get_absolute_url()}</loc>") == 1


def test_different_names_are_not_merged():
    show = add_show("Everybody", artists=NAMES, tags=TAGS)
    assert sorted(artist.name for artist in show.artists.all()) == sorted(NAMES)
    assert sorted(tag.name for tag in show.tags.all()) == sorted(TAGS)
    assert len(set(Artist.objects.values_list("slug", flat=True))) == len(NAMES)


def test_the_second_of_two_names_gets_a_number():
    show = add_show("Both", artists=["44", "+44", "!!!", "?!"])
    slugs = dict(show.artists.values_list("name", "slug"))
    assert slugs == {"44": "44", "+44": "44-2", "!!!": "artist", "?!": "artist-2"}


@pytest.mark.parametrize(
    "written", ["Sigur Rós", "sigur  rós", " SIGUR RÓS ", "Sigur Ro\N{COMBINING ACUTE ACCENT}s"]
)
def test_spellings_of_one_name_are_the_same_artist(written):
    artist = make_artist(name="Sigur Rós")
    assert get_or_create_by_name(Artist, written) == artist


def test_a_name_without_accents_is_another_name():
    make_artist(name="Mø")
    assert get_or_create_by_name(Artist, "Mo").name == "Mo"


def test_rows_keep_their_slugs():
    artist = Artist.objects.create(name="久石譲", slug="joe-hisaishi")
    show = make_show(title="Ленинград", slug="my-own", artists=[artist.name])
    write_show(show=show, data={"title": "Санкт-Петербург", "artists": ["久石譲"], "slug": ""})
    assert Show.objects.get().slug == "my-own"
    assert Artist.objects.get().slug == "joe-hisaishi"


def test_a_free_slug_is_never_longer_than_its_field():
    taken = {"a" * 10, f"{'a' * 8}-2"}
    assert free_slug("a" * 30, fallback="x", most=10, is_taken=taken) == f"{'a' * 8}-3"


@pytest.mark.parametrize("slug", ["", "久石譲", "a b", "a/b"])
@pytest.mark.parametrize("model", [Artist, Tag, Show, Venue])
def test_the_database_rejects_a_slug_without_characters(model, slug):
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(slug=slug)


def test_files_and_the_api_accept_any_name(client):
    performance_venue = make_venue(name="仙台サンプラザ")
    make_plan(venue=performance_venue)
    rows = [{"title": title, "artists": [title], "tags": TAGS} for title in NAMES]
    venues = [
        {"name": name, "address": "1", "city": "東京", "country": "JP", "time_zone": "Asia/Tokyo"}
        for name in NAMES
    ]
    import_catalogue({"venues": venues, "shows": rows})
    assert sorted(Show.objects.values_list("title", flat=True)) == sorted(NAMES)
    for thing in [*Show.objects.all(), *Artist.objects.all(), *Venue.objects.all()]:
        assert client.get(thing.get_absolute_url()).status_code == 200, thing


def test_a_file_without_slugs_can_be_imported_twice():
    document = {"shows": [{"title": title} for title in NAMES]}
    for _ in range(2):
        import_catalogue(document)
    assert Show.objects.count() == len(NAMES)


@pytest.fixture
def manager(client):
    user = make_user()
    appoint(user=user, role=Role.MANAGER)
    client.force_login(user)
    return client


@pytest.mark.parametrize("name", ["久石譲", "!!!"])
def test_staff_may_leave_the_slug_empty(manager, name):
    for kind in ("artist", "tag"):
        answer = manager.post(f"/admin/shows/{kind}/add/", {"name": name, "slug": ""})
        assert answer.status_code == 302, answer.context["errors"]
    fields = {
        "title": name,
        "slug": "",
        "is_published": "on",
        "performances-TOTAL_FORMS": "0",
        "pictures-TOTAL_FORMS": "0",
        "pictures-INITIAL_FORMS": "0",
        "section_views-TOTAL_FORMS": "0",
        "section_views-INITIAL_FORMS": "0",
        "media_links-TOTAL_FORMS": "0",
        "media_links-INITIAL_FORMS": "0",
        "performances-INITIAL_FORMS": "0",
    }
    answer = manager.post("/admin/shows/show/add/", fields)
    assert answer.status_code == 302, answer.context["errors"]
    venue = {
        "name": name,
        "slug": "",
        "address": "1",
        "city": "東京",
        "country": "JP",
        "time_zone": "Asia/Tokyo",
        "channel_fees-TOTAL_FORMS": "0",
        "channel_fees-INITIAL_FORMS": "0",
        "pictures-TOTAL_FORMS": "0",
        "pictures-INITIAL_FORMS": "0",
        "section_views-TOTAL_FORMS": "0",
        "section_views-INITIAL_FORMS": "0",
        "plans-TOTAL_FORMS": "0",
        "plans-INITIAL_FORMS": "0",
    }
    answer = manager.post("/admin/venues/venue/add/", venue)
    assert answer.status_code == 302, answer.context["errors"]
    assert Artist.objects.get().slug == Tag.objects.get().slug.replace("tag", "artist")
    for thing in (Show.objects.get(), Venue.objects.get()):
        assert manager.get(thing.get_absolute_url()).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_concurrently_added_equal_titles_get_two_slugs():
    start, found = threading.Barrier(2), []

    def add():
        try:
            start.wait(10)
            with transaction.atomic():
                found.append(add_show("!!!", artists=["!!!"]).slug)
        finally:
            connection.close()

    threads = [threading.Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(found) == ["show", "show-2"]
    assert Artist.objects.count() == 1
