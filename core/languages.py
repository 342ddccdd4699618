"""The languages of the site: English, in which its texts are written, and those in `locale/`."""

from pathlib import Path
from typing import Any

from babel import Locale
from babel.core import get_global
from django.conf.locale import LANG_INFO
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, to_language, to_locale

SOURCE = "en"


def languages_in(folder: Path) -> list[tuple[str, str | Promise]]:
    """Return code and name of English and of each language that has a catalogue in the folder."""
    catalogues = sorted(folder.glob("*/LC_MESSAGES/django.mo"))
    codes = [SOURCE, *(to_language(path.parent.parent.name) for path in catalogues)]
    return [(code, gettext_lazy(_information(code)["name"])) for code in codes]


def site_languages() -> list[tuple[str, str | Promise]]:
    """Return the choices of a field for a language: a new language needs no migration."""
    from django.conf import settings

    return list(settings.LANGUAGES)


def right_to_left(languages: list[tuple[str, str | Promise]]) -> list[str]:
    """Return those of the languages that are written from right to left, without region."""
    return [code.partition("-")[0] for code, _name in languages if _information(code)["bidi"]]


def regional_locale(code: str) -> str:
    """Return the language with the country where most people speak it: "de_DE" for "de"."""
    if code == SOURCE:
        return "en_GB"  # The spelling of the site.
    locale = Locale.parse(to_locale(code))
    likely = get_global("likely_subtags").get(locale.language, "")
    return f"{locale.language}_{locale.territory or likely.rpartition('_')[2]}"


def _information(code: str) -> Any:
    """Return Django's information about the language; CLDR's if Django has none."""
    if code not in LANG_INFO and code.partition("-")[0] not in LANG_INFO:
        locale = Locale.parse(to_locale(code))
        LANG_INFO[code] = {
            "bidi": locale.character_order == "right-to-left",
            "code": code,
            "name": locale.english_name,
            "name_local": locale.display_name,
        }
    return LANG_INFO.get(code) or LANG_INFO[code.partition("-")[0]]
