"""Date formats by language."""

from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils import translation
from django.utils.formats import get_format

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
