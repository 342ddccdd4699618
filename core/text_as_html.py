"""The HTML version of an e-mail that has only a text template, so that both say the same."""

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

# "Label: https://…" on a line of its own becomes a button. In French a space is before the colon.
BUTTON = re.compile(r"(?P<label>[^\n]+?)\s?: (?P<url>https?://\S+)")


def text_as_html(
    text: str,
    *,
    subject: str,
    code: str = "",
    unsubscribe_url: str = "",
    brand_venue: Any = None,
    inserts: Mapping[str, SafeString] | None = None,
) -> str:
    """Lay out a text from a template that extends `emails/base.txt` in the HTML base of e-mails.

    A paragraph that is the `code` stands out; one that is a key of `inserts` is replaced by that
    HTML. The footer gives the reason why it was sent. The header has the brand of `brand_venue`, or
    else the organisation's.
    """
    content, _separator, foot = text.partition("\n--\n")
    context = {
        "subject": subject,
        "content": paragraphs_as_html(content, code=code, inserts=inserts),
        "site_url": settings.SITE_URL,
        "reason": foot.strip().splitlines()[1],
        "unsubscribe_url": unsubscribe_url,
        "brand_venue": brand_venue,
    }
    return render_to_string("emails/from_text.html", context)


def paragraphs_as_html(
    text: str, *, code: str = "", inserts: Mapping[str, SafeString] | None = None
) -> SafeString:
    """Return the paragraphs of a text as `text_as_html` lays them out, without the base."""
    paragraphs = [part.strip() for part in text.split("\n\n") if part.strip()]
    context = {
        "paragraphs": [
            (part, BUTTON.fullmatch(part), (inserts or {}).get(part, "")) for part in paragraphs
        ],
        "code": code,
    }
    return render_to_string("emails/_paragraphs.html", context)
