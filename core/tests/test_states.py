"""States and other choices that stand alone, such as “Sold out”, begin with a capital letter."""

import re

from django.conf import settings

# A badge: an element of the class `state` with its content. Names in the code are in lower case.
BADGE = re.compile(r'<(span|p) class="state is-[^>]*>(.*?)</\1>')
TEXT = re.compile(r"translate(?: \"|[^%]*%})([a-z])|\.label|_display")


def test_each_badge_begins_with_a_capital_letter():
    found = [
        (path, content)
        for path in sorted((settings.BASE_DIR / "templates").rglob("*.html"))
        for _tag, content in BADGE.findall(path.read_text("utf-8"))
    ]
    assert len(found) > 5
    assert [(path.name, content) for path, content in found if _is_small(content)] == []


def _is_small(content):
    return "capfirst" not in content and bool(TEXT.search(content))
