"""Search the catalogue by the beginnings of words, ignoring accents and case.

Documents and queries are split into words by the same Python function and written as `tsvector` and
`tsquery` directly. So PostgreSQL's own parser, which finds hosts and version numbers in text, is
not involved, no extension is needed, and no input is query syntax.
"""

from collections.abc import Iterable

from django.contrib.postgres.search import SearchQueryField, SearchRank
from django.db.models import BooleanField, F, Func, Value, prefetch_related_objects
from django.db.models.functions import Cast

from .models import Performance, Show
from .names import german_words_of, words_of
from .querysets import ShowQuerySet
from .search_terms import add_search_terms, refresh_search_terms

_MAX_QUERY_WORDS = 12
_MAX_TEXT_WORDS = 2000  # Positions in a tsvector end at 16,383.


def search_shows(query: str, shows: ShowQuerySet | None = None) -> ShowQuerySet:
    """Filter the shows that have, for every word of `query`, a word that begins with it.

    Annotates `rank` and orders by it: titles and artists weigh most, then genres, venues and
    cities, then descriptions. Shows of equal rank are ordered by their next performance, those
    without one last. An empty query matches all, one without letters and digits none.
    """
    shows = Show.objects.published() if shows is None else shows
    if not query.strip():
        return shows
    words = words_of(query)[:_MAX_QUERY_WORDS]
    if not words:
        return shows.none()
    wanted = Cast(Value(" & ".join(f"{word}:*" for word in words)), SearchQueryField())
    return (
        shows.filter(_Matches(F("search"), wanted))
        .with_next_performance()
        .annotate(rank=SearchRank(F("search"), wanted))
        .order_by("-rank", F("next_at").asc(nulls_last=True), "pk")
    )


def index_show(show: Show) -> None:
    """Update a show's search index. Call it when the show or one of its performances changes.

    Costs six queries and two updates.
    """
    _write_index(show)
    add_search_terms(show)


def index_shows(shows: Iterable[Show] | None = None) -> int:
    """Update the search index of `shows`, by default all, and all search terms. Return how many."""
    loaded = list(Show.objects.all() if shows is None else shows)
    prefetch_related_objects(loaded, "artists", "tags")
    for show in loaded:
        _write_index(show)
    refresh_search_terms()
    return len(loaded)


def _write_index(show):
    venues = Performance.objects.filter(show=show).order_by().distinct()
    places = venues.values_list("venue__name", "venue__city")
    parts = {
        "A": [show.title, *(artist.name for artist in show.artists.all())],
        "B": [*(tag.name for tag in show.tags.all()), *(name for row in places for name in row)],
        "C": [show.description],
    }
    Show.objects.filter(pk=show.pk).update(search=_vector(parts))


class _Matches(Func):
    """`vector @@ query`."""

    template = "%(expressions)s"
    arg_joiner = " @@ "
    output_field = BooleanField()


def _vector(parts):
    """Return a tsvector: each word with its position and weight, in both spellings."""
    lexemes, position = [], 0
    for weight, texts in parts.items():
        for text in texts:
            spelled = german_words_of(text)
            for word in words_of(text)[:_MAX_TEXT_WORDS]:
                position += 1
                lexemes.append(f"{word}:{position}{weight}")
            lexemes += [f"{word}:{position or 1}{weight}" for word in spelled]
    return " ".join(lexemes)
