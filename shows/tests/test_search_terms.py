"""Suggestions while typing, and search texts with spelling mistakes."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from core.shared_cache import clear_shared_cache
from shows.models import SearchTerm
from shows.search import index_show, index_shows
from shows.search_terms import MAX_CANDIDATES, correct, suggest
from shows.tests.factories import make_performance, make_plan, make_show, make_venue
from shows.tests.pages import links, queries_of, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def shows():
    cellar = make_plan(venue=make_venue(name="Kellerwerk", city="Köln"))
    harbour = make_plan(venue=make_venue(name="Harbour Hall", city="Lisbon"))
    choir = make_show(title="Desert Choir", artists=["Desert Choir"], tags=["Folk"])
    mahler = make_show(title="Mahler’s Sixth", artists=["Ida Blank"], tags=["Classical"])
    water = make_show(title="Saltwater Sessions", tags=["Jazz"])
    make_performance(show=choir, plan=harbour)
    make_performance(show=mahler, plan=cellar)
    make_performance(show=water, plan=cellar)
    index_shows()
    return {"choir": choir, "mahler": mahler, "water": water}


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("Saltwatter", "Saltwater Sessions"),
        ("mahlr", "Mahler’s Sixth"),
        ("desertchoir", "Desert Choir"),
        ("dessert coir", "Desert Choir"),
        ("lisboa", "Desert Choir"),
        ("Lissabon", "Desert Choir"),
        ("Kelerwerk", "Saltwater Sessions"),
        ("koeln mahlre", "Mahler’s Sixth"),
        ("clasical", "Mahler’s Sixth"),
    ],
)
def test_a_misspelt_search_finds_what_was_meant(client, shows, query, title):
    page = text(client.get("/shows/", {"q": query}))
    assert f"No results for “{query}”. Showing results for" in page
    assert title in page[page.index("Showing results for") :]


def test_a_search_that_finds_something_is_not_corrected(client, shows):
    page = text(client.get("/shows/", {"q": "saltw"}))
    assert "Saltwater Sessions" in page
    assert "Showing results for" not in page


@pytest.mark.parametrize("query", ["xylophone quartet", "qqqq", "%", "\x00", "a"])
def test_a_search_that_resembles_nothing_says_so(client, shows, query):
    page = text(client.get("/shows/", {"q": query.replace("\x00", "") or "-"}))
    assert "No shows found" in page


def test_a_word_is_corrected_to_one_word_rather_than_to_a_longer_name(shows):
    studio = make_plan(venue=make_venue(name="Kellerwerk Studio"))
    make_performance(show=make_show(title="Elbow Room"), plan=studio)
    index_shows()
    assert correct("Kelerwerk") == "kellerwerk"


def test_the_venues_and_the_api_correct_as_well(client, shows):
    assert "Kellerwerk" in text(client.get("/venues/", {"q": "Kelerwerk"}))
    found = client.get("/api/v1/shows", {"q": "Saltwatter"}).json()
    assert [show["title"] for show in found["items"]] == ["Saltwater Sessions"]
    assert found["count"] == 1


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("sa", ("Saltwater Sessions", "Show", "/shows/{}/")),
        ("ida bl", ("Ida Blank", "Artist", "/artists/{}/")),
        ("kel", ("Kellerwerk", "Venue", "/venues/{}/")),
        ("koel", ("Köln", "City", "/shows/?city=K%C3%B6ln")),
        ("liss", ("Lisbon", "City", "/shows/?city=Lisbon")),
        ("class", ("Classical", "Genre", "/shows/?tag=classical")),
        ("choir des", ("Desert Choir", "Artist", "/artists/{}/")),
        ("desrt", ("Desert Choir", "Artist", "/artists/{}/")),
    ],
)
def test_names_are_suggested_while_typing(shows, typed, first):
    name, kind, url = first
    best = suggest(typed)[0]
    slug = SearchTerm.objects.get(name=name, kind=kind.lower()).target
    assert (best.name, str(best.kind), best.url) == (name, kind, url.format(slug))


def test_names_are_suggested_in_the_language_of_the_visitor(shows):
    with override("de"):
        assert [best.name for best in suggest("lisb")] == ["Lissabon"]


def test_suggestions_are_options_that_lead_to_pages(client, shows):
    response = client.get("/search/suggestions/", {"q": "mahl"})
    assert links(response) == [shows["mahler"].get_absolute_url()]
    assert 'role="option"' in response.content.decode()
    for path in links(response):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("query", ["", "m", "\x00\x00", "%%%", "<script>", "x" * 5000])
def test_suggestions_of_nothing_are_empty(client, shows, query):
    response = client.get("/search/suggestions/", {"q": query})
    assert response.status_code == 200
    assert links(response) == []


def test_suggestions_cost_one_query(client, shows):
    clear_shared_cache()
    assert queries_of(client, "/search/suggestions/?q=mahl") == 1


def test_the_most_similar_names_of_a_large_catalogue_are_compared():
    similar = [
        SearchTerm(
            kind=SearchTerm.Kind.SHOW, target=f"x{n}", name=f"Waterfall {n}", words=f"waterfall {n}"
        )
        for n in range(MAX_CANDIDATES)
    ]
    meant = SearchTerm(kind=SearchTerm.Kind.SHOW, target="y", name="Saltwater", words="saltwater")
    SearchTerm.objects.bulk_create([*similar, meant])
    assert correct("saltwatter") == "saltwater"


def test_the_index_is_used(shows):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT 1 FROM shows_searchterm WHERE"
            " search_grams(search_words(words)) && search_keys('mahler')"
        )
        assert "search_term_grams" in str(cursor.fetchall())


def test_a_hidden_show_is_not_suggested(shows):
    shows["water"].is_published = False
    shows["water"].save()
    index_shows()
    assert suggest("saltwater") == []
    assert correct("saltwatter") == "saltwatter"


def test_a_past_show_is_not_suggested():
    make_performance(show=make_show(title="Ghost Train"), starts_in=timedelta(days=-1))
    index_shows()
    assert suggest("ghost") == []


def test_a_new_show_is_suggested_at_once_and_a_new_name_replaces_the_old(shows):
    show = make_show(title="Night Ferry")
    make_performance(show=show, plan=shows["water"].performances.get().plan)
    index_show(show)
    assert [best.name for best in suggest("night f")] == ["Night Ferry"]
    show.title = "Day Ferry"
    show.save()
    index_show(show)
    assert [best.name for best in suggest("day f")] == ["Day Ferry"]
    assert suggest("night f") == []


def test_indexing_again_changes_nothing(shows):
    before = list(SearchTerm.objects.order_by("pk").values())
    index_shows()
    assert list(SearchTerm.objects.order_by("pk").values()) == before
