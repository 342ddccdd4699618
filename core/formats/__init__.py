"""How dates are written: by hand for English and German, by Unicode's CLDR for other languages.

`core/formats/<language>/formats.py` comes first, where there is one. `core/formats/en/formats.py`
has the names and an example of each. `register_formats` adds those of the other languages.
"""

import re
import sys
from collections.abc import Iterable
from importlib import import_module
from types import ModuleType

from babel import Locale
from django.utils.translation import pgettext_lazy, to_locale

# Django's messages, here for `tools/messages.py`: some of Django's translations are not as printed.
SHORT_MONTHS = (
    pgettext_lazy("abbrev. month", "Jan."),
    pgettext_lazy("abbrev. month", "Feb."),
    pgettext_lazy("abbrev. month", "March"),
    pgettext_lazy("abbrev. month", "April"),
    pgettext_lazy("abbrev. month", "May"),
    pgettext_lazy("abbrev. month", "June"),
    pgettext_lazy("abbrev. month", "July"),
    pgettext_lazy("abbrev. month", "Aug."),
    pgettext_lazy("abbrev. month", "Sept."),
    pgettext_lazy("abbrev. month", "Oct."),
    pgettext_lazy("abbrev. month", "Nov."),
    pgettext_lazy("abbrev. month", "Dec."),
)
# CLDR's letters for a part of a date, and Django's.
_LETTERS = {
    "d": "j",
    "dd": "d",
    "y": "Y",
    "yy": "y",
    "yyyy": "Y",
    "M": "n",
    "L": "n",
    "MM": "m",
    "LL": "m",
    "MMM": "N",
    "LLL": "N",
    "MMMM": "F",
    "LLLL": "F",
    **dict.fromkeys(["E", "EE", "EEE", "ccc"], "D"),
    **dict.fromkeys(["EEEE", "cccc"], "l"),
}


def register_formats(languages: Iterable[str]) -> None:
    """Let Django find formats of the languages that have none in this package."""
    for language in languages:
        name = f"{__name__}.{to_locale(language)}.formats"
        try:
            import_module(name)
        except ImportError:
            module = ModuleType(name, "Date and time formats by CLDR.")
            vars(module).update(cldr_formats(Locale.parse(to_locale(language))))
            sys.modules[name] = module


def cldr_formats(locale: Locale) -> dict[str, str]:
    """Return the formats of a language by name, in Django's letters."""
    skeletons = locale.datetime_skeletons

    def written(skeleton: str) -> str:
        return _in_django_letters(skeletons[skeleton].pattern)

    day, short_day = written("yMMMEd"), written("MMMEd")
    full = _in_django_letters(locale.date_formats["long"].pattern)
    long = _in_django_letters(locale.date_formats["full"].pattern)
    # Django's letter for a month in the case that a date needs.
    if "E" in _django_format(locale):
        full, long = full.replace("F", "E"), long.replace("F", "E")
    return {
        "DATETIME_FORMAT": f"{full}, H:i",
        "DATETIME_SECONDS": f"{full}, H:i:s",
        "SHORT_DATETIME_FORMAT": f"{_in_django_letters(skeletons['yMMMd'].pattern)}, H:i",
        "TIME_FORMAT": "H:i",
        "SHORT_MONTH": "N",
        "SHORT_MONTH_DAY": written("MMMd"),
        "SHORT_MONTH_DAY_TIME": f"{written('MMMd')}, H:i",
        "SHORT_DAY": short_day,
        "SHORT_DAY_TIME": f"{short_day}, H:i",
        "SHORT_DAY_DATETIME": f"{day}, H:i",
        "SHORT_DAY_DATETIME_ZONE": f"{day}, H:i T",
        "DAY_DATETIME": f"{day.replace('N', 'F')}, H:i",
        "FULL_DATE": full,
        "FULL_DATETIME": f"{full}, H:i",
        "LONG_DATE": long,
        "LONG_DATETIME": f"{long}, H:i",
        "LONG_DATETIME_ZONE": f"{long}, H:i T",
    }


def _django_format(locale: Locale) -> str:
    """Return how Django writes dates. Not `get_format`, which keeps what it finds in memory."""
    for name in (str(locale), locale.language):
        try:
            return str(import_module(f"django.conf.locale.{name}.formats").DATE_FORMAT)
        except ImportError:
            continue
    return ""


def _in_django_letters(pattern: str) -> str:
    parts = re.findall(r"'[^']*'|[A-Za-z]+|[^A-Za-z']+", pattern)
    return "".join(_in_django(part) for part in parts)


def _in_django(part: str) -> str:
    if part.startswith("'"):
        return re.sub(r"([A-Za-z])", r"\\\1", part.strip("'"))
    return _LETTERS[part] if part[0].isascii() and part[0].isalpha() else part
