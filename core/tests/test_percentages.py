"""How percentages are written, and that nothing writes them by hand."""

import re
from decimal import Decimal

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.template import engines
from django.utils.translation import override

from core.percentages import format_percent

# In templates, except in styles and widths such as `left:{{ x }}%;` and `width="{{ x }}%"`.
IN_TEMPLATE = re.compile(r'(\}\}|%\}|\d)(\s|&nbsp;)?%(?![;"\'}\w])')
IN_FORMATTED_STRING = re.compile(r'\} ?%["<]')
IN_MESSAGE = re.compile(r"\)[sd]\s?%%")


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("en", ["19%", "5.5%", "8.875%", "0%", "100%"]),
        ("de", ["19\xa0%", "5,5\xa0%", "8,875\xa0%", "0\xa0%", "100\xa0%"]),
        ("fr", ["19\xa0%", "5,5\xa0%", "8,875\xa0%", "0\xa0%", "100\xa0%"]),
        ("es", ["19\xa0%", "5,5\xa0%", "8,875\xa0%", "0\xa0%", "100\xa0%"]),
    ],
)
def test_they_are_written_as_the_language_does(language, texts):
    values = [Decimal("19.000"), Decimal("5.500"), Decimal("8.875"), Decimal("0.00"), 100]
    template = engines["django"].from_string("{% load percentages %}{{ value|percent }}")
    with override(language):
        assert [format_percent(value) for value in values] == texts
        assert [template.render({"value": value}) for value in values] == texts


def test_no_template_writes_the_sign_by_hand():
    written = {
        f"{path.relative_to(settings.BASE_DIR)}: {found[0]}"
        for path in (settings.BASE_DIR / "templates").rglob("*.*")
        for found in IN_TEMPLATE.finditer(path.read_text())
    }
    assert written == set()


def test_no_formatted_string_or_message_writes_the_sign_by_hand():
    written = {
        f"{path.relative_to(settings.BASE_DIR)}: {line.strip()}"
        for path in settings.BASE_DIR.glob("[a-z]*/**/*.py")
        if not {"tests", "tools"} & set(path.parts)
        for line in path.read_text().splitlines()
        if IN_FORMATTED_STRING.search(line)
    }
    assert written == set()
    with (settings.BASE_DIR / "locale/de/LC_MESSAGES/django.po").open("rb") as file:
        messages = [message for entry in read_po(file) for message in [entry.id, entry.string]]
    assert [text for text in messages if IN_MESSAGE.search(str(text))] == []
