"""Choose fonts for printed tickets that have all glyphs of a text.

Fira Sans covers Latin, Greek and Cyrillic; packaged Noto fonts cover other scripts. Characters that
no font has are left out, never printed as boxes.
"""

import unicodedata
from functools import cache
from importlib.resources import files
from itertools import groupby

from fontpkg import path as font_path

LATIN = "Fira Sans"
# In the order in which they are tried; the large one last.
NOTO = (
    "Sans", "SansArabic", "SansHebrew", "SansDevanagari", "SansThai", "SansArmenian",
    "SansBengali", "SansEthiopic", "SansGeorgian", "SansGujarati", "SansGurmukhi", "SansKannada",
    "SansKhmer", "SansLao", "SansMalayalam", "SansMyanmar", "SansOriya", "SansSinhala",
    "SansTamil", "SansTelugu",
)  # fmt: skip
CJK = "Noto Sans CJK"
FAMILIES = (LATIN, *NOTO, CJK)
JOINERS = "\u200c\u200d"
# They choose between glyphs of the same character.
SELECTORS = range(0xFE00, 0xFE10)
# Combining marks on one letter. Names need up to four; dozens would overprint other lines.
MARKS = 4


def paragraphs_of(text: str) -> list[tuple[str, str]]:
    """Return a text as paragraphs, each with the font that has all its glyphs.

    One paragraph, unless the text mixes scripts that no single font covers. None for a text with a
    letter that no font has: an incomplete name would be worse than none.
    """
    text = _clean(text)
    font = _font_for(text)
    if font:
        return [(font, text)] if text else []
    words = [_with_font(word) for word in text.split()]
    if not all(words):
        return []
    grouped = groupby(words, key=lambda word: word[0])
    return [(font, " ".join(word for _, word in group)) for font, group in grouped]


@cache
def font_file(family: str) -> str:
    """Return the path of a font file. Fira Sans is the bold one, the others have one weight."""
    if family == LATIN:
        return str(font_path(LATIN, 700))
    if family == CJK:
        return str(files("noto_cjk_sans_jp_regular") / "NotoSansCJKjp-Regular.otf")
    return str(files("manimgx_fonts") / f"Noto{family}[wght].ttf")


@cache
def _glyphs_of(family):
    """Return the code points of a font. Takes milliseconds; 0.2 s for the CJK font."""
    from fontTools.ttLib import TTFont

    with TTFont(font_file(family), lazy=True) as font:
        return frozenset(font.getBestCmap())


def _font_for(text):
    points = {ord(letter) for letter in text}
    return next((family for family in FAMILIES if points <= _glyphs_of(family)), None)


def _with_font(word):
    """Return (font, word) without punctuation that the font lacks, or None."""
    for joiner in JOINERS if not _font_for(word) else "":
        word = word.replace(joiner, "")
    font = _font_for(word)
    if font:
        return font, word
    letters = "".join(letter if _kind(letter) in "LMN" else " " for letter in word)
    letters = " ".join(letters.split())
    font = _font_for(letters.replace(" ", ""))
    return (font, letters) if font and letters else None


def _clean(text):
    """Return a text on one line, NFC, without emoji, control characters and excess marks."""
    text = unicodedata.normalize("NFC", " ".join(str(text).split()))
    kept, marks = [], 0
    for letter in text:
        marks = marks + 1 if _kind(letter) == "M" else 0
        if marks <= MARKS and ord(letter) not in SELECTORS and _is_text(letter):
            kept.append(letter)
    return " ".join("".join(kept).split())


def _is_text(letter):
    if _kind(letter) in "LMNPZ" or letter in JOINERS:
        return True
    return _kind(letter) == "S" and ord(letter) in _glyphs_of(LATIN)


def _kind(letter):
    return unicodedata.category(letter)[0]
