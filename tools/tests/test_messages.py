"""Which messages a language has."""

import fnmatch
import tomllib

import pytest
from babel.messages.catalog import Catalog

from tools import messages

STAFF = ["*/admin/*", "finance/*", "!finance/emails.py", "*/models.py", "!venues/models.py"]


@pytest.mark.parametrize(
    "path, expected",
    [
        ("templates/shows/home.html", True),
        ("templates/admin/index.html", False),
        ("bookings/admin/orders.py", False),
        ("finance/till/forms.py", False),
        ("finance/emails.py", True),
        ("venues/models.py", True),
        ("api/models.py", False),
    ],
)
def test_the_last_pattern_that_matches_decides(path, expected):
    assert messages.is_for_customers(path, STAFF) is expected


def test_every_pattern_matches_a_file():
    """A pattern of a file that is gone would decide about one that is added later."""
    staff = tomllib.loads((messages.LOCALES / "coverage.toml").read_text())["staff"]
    files = [str(path) for path in messages.sources()]
    patterns = [pattern.removeprefix("!") for pattern in staff]
    assert [one for one in patterns if not fnmatch.filter(files, one)] == []


@pytest.fixture
def found(tmp_path, monkeypatch):
    """Messages of staff, of customers and of both, and an empty folder of catalogues."""
    (tmp_path / "coverage.toml").write_text(f'complete = ["de"]\nstaff = {STAFF!r}')
    monkeypatch.setattr(messages, "LOCALES", tmp_path)
    catalog = Catalog(fuzzy=False)
    catalog.add("Till", locations=[("finance/till.py", 1)])
    catalog.add("Basket", locations=[("templates/base.html", 1)])
    both = [("finance/till.py", 2), ("templates/base.html", 2)]
    catalog.add(("%(n)d seat", "%(n)d seats"), locations=both, context="both")
    return catalog


def test_a_language_has_what_customers_read(found):
    part = messages.part_of(found, "fr")
    assert {message.id for message in part if message.id} == {
        "Basket",
        ("%(n)d seat", "%(n)d seats"),
    }
    assert part.get("%(n)d seat", "both")


def test_a_complete_language_has_everything(found):
    assert messages.part_of(found, "de") is found


def test_a_language_of_a_region_is_added(found, tmp_path):
    messages.write("pt-br", found)
    assert "Language: pt_BR" in (tmp_path / "pt_BR/LC_MESSAGES/django.po").read_text()
    assert messages.languages() == ["pt-br"]


def test_a_new_language_lacks_every_translation_until_it_has_them(found, tmp_path):
    part = messages.part_of(found, "fr")
    messages.write("fr", part)
    assert messages.languages() == ["fr"]
    assert len(list(messages.faults_of("fr", part))) == 2
    po = tmp_path / "fr" / "LC_MESSAGES" / "django.po"
    text = po.read_text().replace('msgid "Basket"\nmsgstr ""', 'msgid "Basket"\nmsgstr "Panier"')
    text = text.replace('msgstr[0] ""', 'msgstr[0] "%(n)d place"')
    po.write_text(text.replace('msgstr[1] ""', 'msgstr[1] "%(n)d places"'))
    messages.write("fr", part)
    assert list(messages.faults_of("fr", part)) == []
    po.write_text(po.read_text().replace('%(n)d places"', '%(m)d places"', 2))
    assert any("%(m)" in fault or "named" in fault for fault in messages.faults_of("fr", part))
