"""Translate what staff enter: genres, cities, concessions, descriptions.

Each text is stored once, in one language. Where a page, e-mail or PDF shows it, it is shown in the
visitor's language: as staff have translated it (`find_translation`), or, if it is one of the common
names below, as the catalogue does; all other texts are shown as they were entered. The data itself
(API, exports, admin) is not translated.
"""

from collections.abc import Callable

from django.utils.translation import pgettext, pgettext_lazy

# Here for `tools/messages.py`, which reads the texts to translate from the code.
COMMON_NAMES = (
    # Genres.
    pgettext_lazy("name", "Ambient"),
    pgettext_lazy("name", "Blues"),
    pgettext_lazy("name", "Chamber music"),
    pgettext_lazy("name", "Choir"),
    pgettext_lazy("name", "Circus"),
    pgettext_lazy("name", "Classical"),
    pgettext_lazy("name", "Comedy"),
    pgettext_lazy("name", "Country"),
    pgettext_lazy("name", "Electronic"),
    pgettext_lazy("name", "Fado"),
    pgettext_lazy("name", "Family"),
    pgettext_lazy("name", "Folk"),
    pgettext_lazy("name", "Hip-hop"),
    pgettext_lazy("name", "Indie"),
    pgettext_lazy("name", "Jazz"),
    pgettext_lazy("name", "Metal"),
    pgettext_lazy("name", "Musical"),
    pgettext_lazy("name", "Opera"),
    pgettext_lazy("name", "Pop"),
    pgettext_lazy("name", "Punk"),
    pgettext_lazy("name", "Rock"),
    pgettext_lazy("name", "Songwriter"),
    pgettext_lazy("name", "Soul"),
    pgettext_lazy("name", "Spoken word"),
    pgettext_lazy("name", "Tango"),
    pgettext_lazy("name", "World"),
    # Cities with a name of their own in another language.
    pgettext_lazy("name", "Brussels"),
    pgettext_lazy("name", "Cologne"),
    pgettext_lazy("name", "Copenhagen"),
    pgettext_lazy("name", "Lisbon"),
    pgettext_lazy("name", "Milan"),
    pgettext_lazy("name", "Munich"),
    pgettext_lazy("name", "Prague"),
    pgettext_lazy("name", "Rome"),
    pgettext_lazy("name", "Vienna"),
    pgettext_lazy("name", "Warsaw"),
    pgettext_lazy("name", "Zurich"),
    # Concessions and their proof.
    pgettext_lazy("name", "Child"),
    pgettext_lazy("name", "Child under 14"),
    pgettext_lazy("name", "Complimentary"),
    pgettext_lazy("name", "Disability pass"),
    pgettext_lazy("name", "Disabled"),
    pgettext_lazy("name", "Early bird"),
    pgettext_lazy("name", "Family ticket"),
    pgettext_lazy("name", "Group"),
    pgettext_lazy("name", "Member"),
    pgettext_lazy("name", "Senior"),
    pgettext_lazy("name", "Student"),
    pgettext_lazy("name", "Student card"),
    pgettext_lazy("name", "Unemployed"),
)


def _no_translation(text: str) -> str | None:
    return None


# Set by the app that stores translations.
find_translation: Callable[[str], str | None] = _no_translation


def translated_text(text: str) -> str:
    """Return the text in the active language if staff have translated it, or else unchanged."""
    return find_translation(text) or text


def translated_name(name: str) -> str:
    """Return the name in the active language if it is translated or common, or else unchanged."""
    return find_translation(name) or pgettext("name", name)
