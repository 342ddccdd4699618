"""Finding people by name, as it is typed: any part of it, without case, accents and apostrophes.

The database writes index and question by the same functions (`accounts.migrations`), so that
"Weißkopf" and "WEISSKOPF", "D’Arcy" and "darcy", "İnönü" and "inonu" are the same, and "Müller" is
found as "Muller" and as "Mueller". No extension is needed: the index holds threes of letters
(`SearchGrams`). `docs/decisions/0307-people-are-found-by-threes-of-letters.md` tells why.
"""

from functools import reduce
from operator import and_, or_

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, Func, Q, TextField, Value

from core.email_addresses import lookup_email

LONGEST_QUESTION = 200
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


class SearchGrams(Func):
    """The threes of letters of some columns, for an index of theirs."""

    template = "search_grams(search_words(%(expressions)s))"
    arg_joiner = " || ' ' || "
    output_field = ArrayField(TextField())


class _SearchWords(Func):
    """The words of some columns, to look whether what the index found is it."""

    template = "search_words(%(expressions)s)"
    arg_joiner = " || ' ' || "
    output_field = TextField()


class _Matches(Func):
    """Whether the columns have each word of a question: (grams, words, question)."""

    template = "%(expressions)s"
    output_field = BooleanField()

    def as_sql(self, compiler, connection, **context):
        grams, words, question = [
            compiler.compile(expression) for expression in self.source_expressions
        ]
        sql = (
            f"(cardinality(search_keys({question[0]})) > 0"
            f" AND {grams[0]} @> search_keys({question[0]})"
            f" AND {words[0]} LIKE ALL (search_patterns({question[0]})))"
        )
        asked = tuple(question[1])
        return sql, (*asked, *grams[1], *asked, *words[1], *asked)


def name_matches(text: str, *columns: str) -> Q:
    """Return a condition: the columns, taken together, have every word of the text.

    A word may stand anywhere in a word of theirs, one or two Latin letters at its beginning. A text
    without any letter or figure finds nothing. An index by `SearchGrams(*columns)` answers it.
    """
    text = text.replace("\0", "")[:LONGEST_QUESTION]
    spellings = dict.fromkeys([text, text.translate(_UMLAUTS)])
    if "@" in text:
        spellings[lookup_email(text)] = None
    return reduce(or_, (Q(_matches(spelling, columns)) for spelling in spellings))


class NameSearchAdmin:
    """A part of an admin whose search finds people: each word in any of `search_fields`."""

    # So many words of a question count.
    most_words = 6

    def get_search_results(self, request, queryset, search_term):
        rows, may_repeat = super().get_search_results(request, queryset, "")
        conditions = [self.has_word(word) for word in search_term.split()[: self.most_words]]
        if not conditions:
            return rows, may_repeat
        return rows.filter(reduce(and_, conditions)), any(
            "__" in name for name in self.search_fields
        )

    def has_word(self, word: str) -> Q:
        """Return the condition that one word of the question is in a row."""
        return reduce(or_, (name_matches(word, name) for name in self.search_fields))


def _matches(text, columns):
    question = Value(text, output_field=TextField())
    return _Matches(SearchGrams(*columns), _SearchWords(*columns), question)
