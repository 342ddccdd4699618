"""Searching the catalogue: every word, by its beginning, whatever its accents and case.

Index and question are cut into words by the same few lines of Python, and written as `tsvector` and
`tsquery` directly. So PostgreSQL's own parser, which sees hosts, versions and signs in
text, has no say, no extension is needed, and nothing that people type is syntax.
"""

import re
import unicodedata

from django.contrib.postgres.search import SearchQueryField, SearchRank
from django.db.models import BooleanField, F, Func, Value, prefetch_related_objects
from django.db.models.functions import Cast

from .models import Performance, Show

# A few letters that have no accent to take away, as they are typed without them.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
# German umlauts are typed both ways: Köln, Koln and Koeln.
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_WORD = re.compile(r"[^\W_]+")
_WORDS_OF_A_QUESTION = 12
_LETTERS_OF_A_WORD = 40
_WORDS_OF_A_TEXT = 2000  # Positions in a tsvector end at 16,383.


def search_shows(query, shows=None):
    """Return those of `shows` in which every word of `query` begins some word, ranked by `rank`.

    Titles and artists weigh most, then tags, venues and cities, then descriptions. Shows that rank
    the same are ordered by their next performance, those without one last. An empty query finds
    everything, one without any letter or digit nothing.
    """
    shows = Show.objects.published() if shows is None else shows
    if not query.strip():
        return shows
    words = words_of(query)[:_WORDS_OF_A_QUESTION]
    if not words:
        return shows.none()
    wanted = Cast(Value(" & ".join(f"{word}:*" for word in words)), SearchQueryField())
    return (
        shows.filter(_Matches(F("search"), wanted))
        .with_next_performance()
        .annotate(rank=SearchRank(F("search"), wanted))
        .order_by("-rank", F("next_at").asc(nulls_last=True), "pk")
    )


def index_show(show):
    """Write what a show can be found by. Call it when the show or one of its performances changes.

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


def index_shows(shows=None):
    """Write it for `shows`, or for all. Returns how many."""
    shows = list(Show.objects.all() if shows is None else shows)
    prefetch_related_objects(shows, "artists", "tags")
    for show in shows:
        index_show(show)
    return len(shows)


def words_of(text):
    """Cut text into words to search by: no case, no accents, letters and digits alone."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    # Once more: taking marks away can leave letters that have a lower case of their own.
    return [
        word[:_LETTERS_OF_A_WORD] for word in _WORD.findall(plain.casefold().translate(_LETTERS))
    ]


class _Matches(Func):
    """`vector @@ query`."""

    template = "%(expressions)s"
    arg_joiner = " @@ "
    output_field = BooleanField()


def _vector(parts):
    """Write a tsvector: each word with its position and weight, spelled both ways."""
    lexemes, position = [], 0
    for weight, texts in parts.items():
        for text in texts:
            spelled = _german(text)
            for word in words_of(text)[:_WORDS_OF_A_TEXT]:
                position += 1
                lexemes.append(f"{word}:{position}{weight}")
            lexemes += [f"{word}:{position or 1}{weight}" for word in spelled]
    return " ".join(lexemes)


def _german(text):
    """Return the words that have another spelling with ae, oe and ue."""
    text = unicodedata.normalize("NFC", text.casefold())
    return words_of(" ".join(word.translate(_UMLAUTS) for word in text.split() if _umlaut(word)))


def _umlaut(word):
    return any(letter in word for letter in "äöü")
