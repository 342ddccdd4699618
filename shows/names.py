"""Names and words without case, accents and spacing: of artists and genres, and for searching."""

import re
import unicodedata

from django.db.models import Q

from core.slugs import free_slug_for, slug_of

from .models import Artist, Tag


def get_or_create_by_name(model: type[Artist] | type[Tag], name: str) -> Artist | Tag:
    """Return the artist or genre of this name, added if there is none.

    Names are compared without case and extra spaces, and never by slug: "44" is not "+44", and
    "C" is not "C++". Needs a transaction.
    """
    name = normalize_name(name)
    return find_by_name(model, name) or _add(model, name)


def find_by_name(model: type[Artist] | type[Tag], name: str) -> Artist | Tag | None:
    """Return the artist or genre of exactly this name, else one that differs in case only."""
    if found := model.objects.filter(name__in=[name, normalize_name(name)]).first():
        return found
    stem = slug_of(name) or model._meta.model_name
    alike = model.objects.filter(Q(name__iexact=normalize_name(name)) | Q(slug__startswith=stem))
    return next((one for one in alike.order_by("pk") if name_key(one.name) == name_key(name)), None)


def normalize_name(name: str) -> str:
    """Return a name as it is stored: in Unicode NFC, with single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def name_key(name: str) -> str:
    """Return the key that spellings of the same name share."""
    return unicodedata.normalize("NFC", normalize_name(name).casefold())


def _add(model: type[Artist] | type[Tag], name: str) -> Artist | Tag:
    slug = free_slug_for(model(), name)
    # `free_slug_for` may have waited for a transaction that added this very name.
    return find_by_name(model, name) or model.objects.create(name=name, slug=slug)


# Letters that Unicode does not decompose, as people type them without their accents.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
# German umlauts are typed both ways: Köln, Koln and Koeln.
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_WORD = re.compile(r"[^\W_]+")
_MAX_WORD_LENGTH = 40


def words_of(text: str) -> list[str]:
    """Split text into words of letters and digits, without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    # Case-folded again, as removing accents can leave capital letters.
    return [word[:_MAX_WORD_LENGTH] for word in _WORD.findall(plain.casefold().translate(_LETTERS))]


def german_words_of(text: str) -> list[str]:
    """Return the words with umlauts, spelled with ae, oe and ue."""
    return words_of(" ".join(spelled for word in text.split() if (spelled := spell_out(word))))


def spell_out(text: str) -> str:
    """Return the text in lower case with its umlauts as ae, oe and ue, or "" if it has none."""
    text = unicodedata.normalize("NFC", text.casefold())
    spelled = text.translate(_UMLAUTS)
    return spelled if spelled != text else ""
