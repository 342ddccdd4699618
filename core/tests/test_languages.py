"""A language of the site is a folder with a catalogue."""

import pytest
from django.conf import settings
from django.conf.locale import LANG_INFO

from core.languages import languages_in, regional_locale, site_languages


def add(folder, *locales):
    for locale in locales:
        (folder / locale / "LC_MESSAGES").mkdir(parents=True)
        (folder / locale / "LC_MESSAGES" / "django.mo").touch()
    return folder


def test_each_catalogue_is_a_language(tmp_path):
    (tmp_path / "it").mkdir()
    found = languages_in(add(tmp_path, "pt_BR", "de"))
    names = [(code, str(name)) for code, name in found]
    assert names == [("en", "English"), ("de", "German"), ("pt-br", "Brazilian Portuguese")]


def test_the_site_has_these(tmp_path):
    assert site_languages() == settings.LANGUAGES == languages_in(settings.LOCALE_PATHS[0])


@pytest.mark.parametrize("code, name, is_rtl", [("rm", "Romansh", False), ("yi", "Yiddish", True)])
def test_languages_that_django_does_not_know(tmp_path, monkeypatch, code, name, is_rtl):
    monkeypatch.delitem(LANG_INFO, code, raising=False)
    assert [str(found) for _code, found in languages_in(add(tmp_path, code))] == ["English", name]
    assert LANG_INFO[code]["bidi"] is is_rtl


@pytest.mark.parametrize(
    "code, locale",
    [("en", "en_GB"), ("de", "de_DE"), ("fr", "fr_FR"), ("pt-br", "pt_BR"), ("da", "da_DK")],
)
def test_the_country_of_a_language(code, locale):
    assert regional_locale(code) == locale
