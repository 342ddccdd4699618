"""Date formats by language."""

from datetime import UTC, datetime
from importlib import import_module

import pytest
from babel import Locale
from django.conf import settings
from django.template import Context, Template
from django.utils import translation
from django.utils.dateformat import format as format_date
from django.utils.formats import get_format

from core.formats import cldr_formats, register_formats

WHEN = datetime(2027, 3, 12, 20, 5, tzinfo=UTC)
NAMES = [name for name in vars(import_module("core.formats.en.formats")) if name.isupper()]


def written(language, name):
    with translation.override(language):
        return Template("{{ at|date:name }}").render(Context({"at": WHEN, "name": name}))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_each_language_has_every_format(language, name):
    assert get_format(name, lang=language) != name


@pytest.mark.parametrize(
    "name, english, german",
    [
        ("SHORT_DAY_TIME", "Fri 12 Mar, 20:05", "Fr, 12. März, 20:05"),
        ("FULL_DATE", "12 March 2027", "12. März 2027"),
        ("LONG_DATETIME", "Friday 12 March 2027, 20:05", "Freitag, 12. März 2027, 20:05"),
        ("DATETIME_FORMAT", "12 Mar 2027, 20:05", "12. März 2027, 20:05"),
    ],
)
def test_dates_are_formatted_as_usual_in_the_language(name, english, german):
    assert written("en", name) == english
    assert written("de", name) == german


@pytest.mark.parametrize(
    "language, name, expected",
    [
        ("fr", "SHORT_DAY_TIME", "ven 12 mars, 20:05"),
        ("fr", "FULL_DATE", "12 mars 2027"),
        ("fr", "LONG_DATETIME", "vendredi 12 mars 2027, 20:05"),
        ("es", "SHORT_DAY_DATETIME", "vie, 12 mar. 2027, 20:05"),
        ("es", "FULL_DATE", "12 de marzo de 2027"),
        ("pl", "FULL_DATE", "12 marca 2027"),
        ("ar", "FULL_DATE", "12 مارس 2027"),
    ],
)
def test_other_languages_write_dates_by_cldr(language, name, expected):
    with translation.override(language):
        assert format_date(WHEN, cldr_formats(Locale(language))[name]) == expected


def test_a_language_without_a_file_has_every_format():
    names = set(NAMES) - {"DATE_FORMAT", "SHORT_DATE_FORMAT", "YEAR_MONTH_FORMAT"}
    names -= {"MONTH_DAY_FORMAT", "FIRST_DAY_OF_WEEK"}
    assert names == set(cldr_formats(Locale("it")))
    register_formats(["nl"])
    assert written("nl", "FULL_DATETIME") == "12 maart 2027, 20:05"
