"""Punctuation in the languages of the site."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.template import engines
from django.utils.translation import override

from core.markdown import markdown_as_text

FRENCH_FAULT = re.compile(r"[^\s\xa0:/][:;!?](?=\s|$)| [:;!?»]|«(?!\xa0)")
CODE = "Authorization: Bearer"
TRANSLATED = re.compile(r"\{% blocktranslate .*?\{% endblocktranslate %\}", re.DOTALL)


def test_french_texts_have_a_space_that_does_not_break_before_colons():
    with Path(settings.LOCALE_PATHS[0], "fr", "LC_MESSAGES", "django.po").open("rb") as file:
        messages = [message for message in read_po(file, locale="fr") if message.id]
    texts = [
        text.replace(CODE, "")
        for message in messages
        for text in ([message.string] if isinstance(message.string, str) else message.string)
    ]
    assert len(texts) > 1000
    assert [text for text in texts if FRENCH_FAULT.search(text)] == []


@pytest.mark.parametrize("language, end", [("en", ":"), ("de", ":"), ("fr", "\xa0:")])
def test_labels_end_as_the_language_writes_them(language, end):
    source = '{% load emails i18n %}{% translate "Name" %}{% colon %} Alice'
    with override(language):
        label = engines["django"].from_string(source).render()
        link = markdown_as_text("[Terms](https://example.org)")
    assert label.endswith(f"{end} Alice") and label[-len(end) - 7].isalpha()
    assert link.strip() == f"Terms{end} https://example.org"


def test_no_email_writes_the_colon_after_a_label_itself():
    for path in Path(settings.BASE_DIR, "templates", "emails").glob("*.txt"):
        text = TRANSLATED.sub("", path.read_text("utf-8"))
        assert not re.search(r"[%}]\}:[\s{]", text), path.name
