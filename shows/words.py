"""Split text into words for searching, without case and accents."""

import re
import unicodedata

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
