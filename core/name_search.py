"""Search for people by any part of their name, ignoring case, accents and apostrophes.

The database normalises index and search text by the same functions (`core.migrations`), so that
"Weißkopf" and "WEISSKOPF", "D’Arcy" and "darcy", "İnönü" and "inonu" are the same, and "Müller" is
found as "Muller" and as "Mueller". The index contains trigrams (`SearchGrams`) without needing an
extension: see `docs/decisions/0307-name-search-by-trigrams.md`.
"""

from functools import reduce
from operator import and_, or_
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, Func, Q, TextField, Value
from django.http import HttpRequest

from core.email_addresses import lookup_email

MAX_TEXT_LENGTH = 200
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


class SearchGrams(Func):
    """The trigrams of some columns, for an index."""

    template = "search_grams(search_words(%(expressions)s))"
    arg_joiner = " || ' ' || "
    output_field = ArrayField(TextField())


class _SearchWords(Func):
    """The normalised words of some columns, to check what the index finds."""

    template = "search_words(%(expressions)s)"
    arg_joiner = " || ' ' || "
    output_field = TextField()


class _Matches(Func):
    """Whether the columns contain each word of a search text: (grams, words, text)."""

    template = "%(expressions)s"
    output_field = BooleanField()

    def as_sql(self, compiler, connection, **context):
        grams, words, query = [
            compiler.compile(expression) for expression in self.source_expressions
        ]
        sql = (
            f"(cardinality(search_keys({query[0]})) > 0"
            f" AND {grams[0]} @> search_keys({query[0]})"
            f" AND {words[0]} LIKE ALL (search_patterns({query[0]})))"
        )
        parameters = tuple(query[1])
        return sql, (*parameters, *grams[1], *parameters, *words[1], *parameters)


def name_matches(text: str, *columns: str) -> Q:
    """Return a condition: the columns, taken together, contain every word of the text.

    A word matches anywhere in a word of the columns, one or two Latin letters at its beginning. A
    text without letters and digits matches nothing. Served by an index on `SearchGrams(*columns)`.
    """
    text = text.replace("\0", "")[:MAX_TEXT_LENGTH]
    spellings = dict.fromkeys([text, text.translate(_UMLAUTS)])
    if "@" in text:
        spellings[lookup_email(text)] = None
    return reduce(or_, (Q(_matches(spelling, columns)) for spelling in spellings))


class NameSearchAdmin:
    """Admin mixin whose search finds people: each word in any of `search_fields`."""

    # Further words of the search text are ignored.
    max_words = 6
    search_fields: ClassVar[Any]

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        rows, may_repeat = super().get_search_results(request, queryset, "")  # type: ignore[misc]
        conditions = [self.has_word(word) for word in search_term.split()[: self.max_words]]
        if not conditions:
            return rows, may_repeat
        return rows.filter(reduce(and_, conditions)), any(
            "__" in name for name in self.search_fields
        )

    def has_word(self, word: str) -> Q:
        """Return the condition that a row contains one word of the search text."""
        return reduce(or_, (name_matches(word, name) for name in self.search_fields))


def _matches(text, columns):
    query = Value(text, output_field=TextField())
    return _Matches(SearchGrams(*columns), _SearchWords(*columns), query)
