import importlib.util
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings
from django.utils.translation import override

from core.money import money

SCRIPT = Path(settings.BASE_DIR) / "tools" / "messages.py"


@pytest.fixture
def script():
    spec = importlib.util.spec_from_file_location("messages_script", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.django_db
def test_it_uses_the_language_of_the_browser(client):
    german = client.get("/terms/", headers={"accept-language": "de-AT,de;q=0.9,en;q=0.5"})
    english = client.get("/terms/", headers={"accept-language": "ia,en;q=0.5"})

    assert "Verkaufsbedingungen" in german.content.decode()
    assert german.headers["Content-Language"] == "de"
    assert "Terms of sale" in english.content.decode()


@pytest.mark.django_db
def test_the_verb_show_is_not_translated_as_the_noun(client):
    page = client.get("/shows/", headers={"accept-language": "de"}).content.decode()
    assert ">Anzeigen</button>" in page and ">Veranstaltungen</a>" in page


def test_money_is_formatted_by_language():
    with override("de"):
        assert money(Decimal("1045.50"), "EUR") == "1.045,50\xa0€"
    with override("en"):
        assert money(Decimal("1045.50"), "EUR") == "€1,045.50"


def test_it_finds_untranslated_messages(script):
    messages = Catalog()
    messages.add("Nobody has ever said this.")

    assert "de: not translated: 'Nobody has ever said this.'" in script.faults_of("de", messages)


def test_the_check_says_where_a_message_stands_and_what_to_do(script, monkeypatch, capsys):
    messages = Catalog()
    messages.add("Nobody has ever said this.", locations=[("shows/views/show.py", 12)])
    monkeypatch.setattr(script, "read_messages", lambda: messages)
    monkeypatch.setattr(script.sys, "argv", ["messages.py", "--check"])
    assert script.main() == 1
    printed = capsys.readouterr().out
    assert "not translated: 'Nobody has ever said this.' (shows/views/show.py:12)" in printed
    assert "run `.venv/bin/python tools/messages.py`" in printed


def test_it_reads_messages_of_code_and_of_templates(script):
    found = script.read_messages()

    assert found.get("Your tickets for %(show)s, %(day)s") is not None
    assert found.get("Terms of sale") is not None
