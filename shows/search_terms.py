"""Suggest names while someone types, and correct the spelling of a search that finds nothing.

Words are compared by their trigrams, for which `SearchTerm` has an index, then by their letters.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import BooleanField, Func, IntegerField, Value
from django.urls import reverse
from django.utils.translation import override

from core.name_search import SearchGrams
from core.names import translated_name

from .models import Artist, Performance, SearchTerm, Show, Tag
from .names import spell_out, words_of

Kind = SearchTerm.Kind
MAX_SUGGESTIONS = 8
MAX_WORDS = 8
# Names that are compared with the search text: those that share most trigrams with it.
MAX_CANDIDATES = 400
# How much of two words has to be the same, from 0 to 1.
MIN_SIMILARITY = 0.72
# Shorter words are not corrected: nearly every other word is similar.
MIN_LENGTH = 4
KIND_ORDER = [Kind.ARTIST, Kind.SHOW, Kind.VENUE, Kind.CITY, Kind.GENRE]


@dataclass(frozen=True)
class Suggestion:
    """A name with the page that it leads to."""

    name: str
    kind: str
    url: str


def suggest(text: str) -> list[Suggestion]:
    """Return the names that the words of `text` begin, exactly or nearly; the best first."""
    wanted = words_of(text)[:MAX_WORDS]
    if not wanted:
        return []
    scored = [(score, term) for term in _candidates(wanted) if (score := _score(wanted, term)) > 0]
    scored.sort(key=lambda pair: (-pair[0], KIND_ORDER.index(Kind(pair[1].kind)), pair[1].name))
    return [
        Suggestion(_shown_name(term), str(Kind(term.kind).label), _url(term))
        for _, term in scored[:MAX_SUGGESTIONS]
    ]


def correct(text: str) -> str:
    """Return the words of a search text, misspelt ones replaced by the most similar known words.

    A word to which no known word is similar stays as it is.
    """
    wanted = words_of(text)[:MAX_WORDS]
    known = [pair for term in _candidates(wanted) for pair in _known_words(term)]
    return " ".join(_corrected(word, known) for word in wanted)


def refresh_search_terms() -> int:
    """Make the terms those of the upcoming published shows. Return how many there are."""
    wanted = {(term.kind, term.target): term for term in _current_terms()}
    stored = {(term.kind, term.target): term for term in SearchTerm.objects.all()}
    outdated = [term.pk for key, term in stored.items() if not _is_same(term, wanted.get(key))]
    SearchTerm.objects.filter(pk__in=outdated).delete()
    SearchTerm.objects.bulk_create(wanted.values(), ignore_conflicts=True)
    return len(wanted)


def add_search_terms(show: Show) -> None:
    """Add the names of one show at once; `refresh_search_terms` removes what is outdated later."""
    if not Show.objects.published().filter(pk=show.pk).exists():
        return
    performances = Performance.objects.public().taking_place().upcoming().filter(show=show)
    venues = performances.order_by().values_list("venue__slug", "venue__name", "venue__city")
    terms = _terms([show], show.artists.all(), show.tags.all(), venues.distinct())
    SearchTerm.objects.bulk_create(
        terms,
        update_conflicts=True,
        unique_fields=["kind", "target"],
        update_fields=["name", "words"],
    )


def _is_same(stored: SearchTerm, wanted: SearchTerm | None) -> bool:
    return wanted is not None and (stored.name, stored.words) == (wanted.name, wanted.words)


class _Overlaps(Func):
    """Whether two arrays have an element in common."""

    template = "%(expressions)s"
    arg_joiner = " && "
    output_field = BooleanField()


class _Shared(Func):
    """How many elements two arrays have in common."""

    template = "cardinality(ARRAY(SELECT unnest(%(expressions)s)))"
    arg_joiner = ") INTERSECT SELECT unnest("
    output_field = IntegerField()


def _candidates(wanted: list[str]) -> list[SearchTerm]:
    """Return the terms that have three letters in a row in common with the wanted words."""
    if not wanted:
        return []
    known, grams = SearchGrams("words"), Func(Value(" ".join(wanted)), function="search_keys")
    terms = SearchTerm.objects.filter(_Overlaps(known, grams))
    return list(terms.order_by(_Shared(known, grams).desc(), "pk")[:MAX_CANDIDATES])


def _score(wanted: list[str], term: SearchTerm) -> float:
    """Return how well the words of a name fit the wanted ones, 0 if one of them does not.

    Whole words and beginnings count more than similar ones.
    """
    known = [word for word, _ in _known_words(term)]
    scores = [max(_fit(word, other) for other in known) for word in wanted]
    if min(scores) > 0:
        return sum(scores) / len(scores)
    together = "".join(wanted)
    return max(_fit(together, other) for other in known)


def _fit(word: str, other: str) -> float:
    if other == word:
        return 2.0
    if other.startswith(word):
        return 1.5
    return _similarity(word, other)


def _similarity(word: str, other: str) -> float:
    """Return the similarity of a word with another or its beginning; 0 if it is too small."""
    if len(word) < MIN_LENGTH:
        return 0.0
    best = max(
        SequenceMatcher(None, word, other, autojunk=False).ratio(),
        SequenceMatcher(None, word, other[: len(word) + 1], autojunk=False).ratio(),
    )
    return best if best >= MIN_SIMILARITY else 0.0


def _corrected(word: str, known: list[tuple[str, str]]) -> str:
    """Return the known words that a word begins or is most similar to, or the word itself."""
    exact = [phrase for other, phrase in known if other.startswith(word)]
    if exact:
        return word if any(phrase.startswith(word) for phrase in exact) else exact[0]
    # Of equally similar ones the shortest: "kelerwerk" is the Kellerwerk, not only its studio.
    scored = [(_similarity(word, other), -len(other), phrase) for other, phrase in known]
    similarity, _length, best = max(scored, default=(0.0, 0, word))
    return best if similarity else word


def _known_words(term: SearchTerm) -> list[tuple[str, str]]:
    """Return the words to compare with, each with what it stands for in the index.

    A word stands for itself; several written as one, and a translation, for the words of the name.
    """
    name, *others = term.words.split("|")
    words = [(word, word) for word in name.split()]
    if " " in name:
        words.append((name.replace(" ", ""), name))
    return words + [(other.replace(" ", ""), name) for other in others]


def _current_terms() -> Iterable[SearchTerm]:
    performances = Performance.objects.public().taking_place().upcoming().order_by()
    shows = Show.objects.published().filter(pk__in=performances.values("show"))
    venues = performances.values_list("venue__slug", "venue__name", "venue__city").distinct()
    artists = Artist.objects.filter(shows__in=shows).distinct()
    tags = Tag.objects.filter(shows__in=shows).distinct()
    return _terms(shows, artists, tags, venues)


def _terms(
    shows: Iterable[Show],
    artists: Iterable[Artist],
    tags: Iterable[Tag],
    venues: Iterable[tuple[str, str, str]],
) -> list[SearchTerm]:
    found = [(Kind.SHOW, show.slug, show.title) for show in shows]
    found += [(Kind.ARTIST, artist.slug, artist.name) for artist in artists]
    found += [(Kind.GENRE, tag.slug, tag.name) for tag in tags]
    places = list(venues)
    found += [(Kind.VENUE, slug, name) for slug, name, _ in places]
    found += [(Kind.CITY, city, city) for city in dict.fromkeys(city for _, _, city in places)]
    terms = (
        SearchTerm(kind=kind, target=target, name=name, words=_spellings(name))
        for kind, target, name in found
    )
    return [term for term in terms if term.words]


def _spellings(name: str) -> str:
    """Return the name and its translations as words, with umlauts spelled both ways."""
    names = [name]
    for language, _ in settings.LANGUAGES:
        with override(language):
            names.append(translated_name(name))
    names += [spell_out(each) for each in names]
    phrases = (" ".join(words_of(each)) for each in names)
    return "|".join(filter(None, dict.fromkeys(phrases)))[:1000]


def _shown_name(term: SearchTerm) -> str:
    is_common = term.kind in (Kind.CITY, Kind.GENRE)
    return translated_name(term.name) if is_common else term.name


def _url(term: SearchTerm) -> str:
    if term.kind in (Kind.CITY, Kind.GENRE):
        field = "city" if term.kind == Kind.CITY else "tag"
        return f"{reverse('shows:list')}?{urlencode({field: term.target})}"
    pages = {Kind.SHOW: "shows:show", Kind.ARTIST: "shows:artist", Kind.VENUE: "venues:venue"}
    return reverse(pages[Kind(term.kind)], args=[term.target])
