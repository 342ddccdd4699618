"""Search the catalogue by the beginnings of words, ignoring accents and case.

Documents and queries are split into words by the same Python function and written as `tsvector` and
`tsquery` directly. So PostgreSQL's own parser, which finds hosts and version numbers in text, is
not involved, no extension is needed, and no input is query syntax.
"""

import re
import unicodedata
from collections.abc import Iterable

from django.contrib.postgres.search import SearchQueryField, SearchRank
from django.db.models import BooleanField, F, Func, Value, prefetch_related_objects
from django.db.models.functions import Cast

from .models import Performance, Show
from .querysets import ShowQuerySet

# Letters that Unicode does not decompose, as people type them without their accents.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
# German umlauts are typed both ways: Köln, Koln and Koeln.
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_WORD = re.compile(r"[^\W_]+")
_MAX_QUERY_WORDS = 12
_MAX_WORD_LENGTH = 40
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

    Costs three queries and an update.
    """
    venues = Performance.objects.filter(show=show).order_by().distinct()
    places = venues.values_list("venue__name", "venue__city")
    parts = {
        "A": [show.title, *(artist.name for artist in show.artists.all())],
        "B": [*(tag.name for tag in show.tags.all()), *(name for row in places for name in row)],
        "C": [show.description],
    }
    Show.objects.filter(pk=show.pk).update(search=_vector(parts))


def index_shows(shows: Iterable[Show] | None = None) -> int:
    """Update the search index of `shows`, by default all. Return how many."""
    loaded = list(Show.objects.all() if shows is None else shows)
    prefetch_related_objects(loaded, "artists", "tags")
    for show in loaded:
        index_show(show)
    return len(loaded)


def words_of(text: str) -> list[str]:
    """Split text into words of letters and digits, without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    # Case-folded again, as removing accents can leave capital letters.
    return [word[:_MAX_WORD_LENGTH] for word in _WORD.findall(plain.casefold().translate(_LETTERS))]


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
            spelled = _german(text)
            for word in words_of(text)[:_MAX_TEXT_WORDS]:
                position += 1
                lexemes.append(f"{word}:{position}{weight}")
            lexemes += [f"{word}:{position or 1}{weight}" for word in spelled]
    return " ".join(lexemes)


def _german(text):
    """Return the words with umlauts, spelled with ae, oe and ue."""
    text = unicodedata.normalize("NFC", text.casefold())
    return words_of(" ".join(word.translate(_UMLAUTS) for word in text.split() if _umlaut(word)))


def _umlaut(word):
    return any(letter in word for letter in "äöü")
