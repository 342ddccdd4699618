"""Words by which orders and tickets are found, as the database keeps them in its indexes.

No case, no accents of the usual kind, and an address falls into its parts. Index and question are
cut by the same expression, so that the one finds the other.
"""

from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db.models import BooleanField, Func, Value
from django.db.models.functions import Cast

# Letters as they are typed without their marks, and what parts the words of an address.
MARKED = "äöüáàâãåéèêëíìîïóòôõøúùûçñ"
PLAIN = "aouaaaaaeeeeiiiiooooouuucn"
PARTING = "@.-_+/,'"
_LETTERS = str.maketrans(MARKED, PLAIN) | str.maketrans(dict.fromkeys(PARTING, " "))


class Words(Func):
    """The words of some columns, for an index of theirs."""

    output_field = SearchVectorField()
    arg_joiner = " || ' ' || "
    template = (
        "to_tsvector('simple'::regconfig, translate(lower(%(expressions)s), "
        f"'{MARKED}{PARTING.replace(chr(39), chr(39) * 2)}', '{PLAIN}{' ' * len(PARTING)}'))"
    )


class _Matches(Func):
    """`vector @@ query`."""

    template = "%(expressions)s"
    arg_joiner = " @@ "
    output_field = BooleanField()


def having(words, *columns):
    """Return a condition: each of the words begins a word of the columns."""
    question = " & ".join(f"{word}:*" for word in words)
    return _Matches(Words(*columns), Cast(Value(question), SearchQueryField()))


def words_of(text):
    """Cut what was typed as the index does; letters and figures alone, so it is no syntax."""
    plain = text.casefold().translate(_LETTERS)
    cleaned = "".join(letter if letter.isalnum() else " " for letter in plain)
    return [word[:40] for word in cleaned.split()]
