"""Placeholders in texts of e-mails that staff write, such as {show}.

Each kind of e-mail has a list of them; others are refused. A placeholder is replaced after the
Markdown around it has been read, so that a customer's name cannot be read as a link or as bold.
"""

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.template import engines
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.annotations import Text
from core.markdown import markdown_as_html, markdown_as_text

# {show}, { show } and, as in other programs, {{show}}.
NAME = re.compile(r"\{\{?[ \t]*([\w-]+)[ \t]*\}\}?")
LINK_TARGET = re.compile(r"\]\(\s*\{\{?[ \t]*([\w-]+)[ \t]*\}\}?")


@dataclass(frozen=True)
class Placeholder:
    """A placeholder of a kind of e-mail.

    `source` is a Django template expression on the context of the e-mail's renderer.
    """

    name: str
    meaning: Text
    source: str
    is_link: bool = False

    @property
    def written(self) -> str:
        return f"{{{self.name}}}"


# Every kind has these.
STANDARD_SUBJECT = Placeholder(
    "standard_subject",
    gettext_lazy("The standard subject, which can differ from case to case"),
    "standard_subject",
)
COMMON = (
    STANDARD_SUBJECT,
    Placeholder("site_link", gettext_lazy("Address of the website"), "site_url", is_link=True),
)

_offered: dict[str, tuple[Placeholder, ...]] = {}


class UnknownPlaceholder(Exception):
    """A text has placeholders that its kind of e-mail does not have."""


def offer_placeholders(kind: str, *placeholders: Placeholder) -> None:
    """Let staff use these in the texts of a kind of e-mail, besides those of every kind."""
    _offered[kind] = placeholders


def placeholders_of(kind: str) -> tuple[Placeholder, ...]:
    """Return the placeholders of a kind of e-mail."""
    return (*_offered.get(kind, ()), *COMMON)


def values_of(placeholders: Iterable[Placeholder], context: Mapping[str, Any]) -> dict[str, str]:
    """Return the value of each placeholder in the context of a renderer; missing ones are empty."""
    return {one.name: _compiled(one.source).render(dict(context)) for one in placeholders}


def problems_of(
    text: str, placeholders: Iterable[Placeholder], *, links: bool = True
) -> list[Text]:
    """Return the errors in the placeholders of a text, as sentences for its author.

    `links=False` refuses placeholders that are links, as in subjects.
    """
    known = {one.name: one for one in placeholders}
    problems: list[Text] = []
    for name in dict.fromkeys(NAME.findall(text)):
        if name not in known:
            problems.append(_("There is no placeholder {%(name)s} here.") % {"name": name})
        elif known[name].is_link and not links:
            problems.append(
                _("{%(name)s} is a link, which a subject cannot contain.") % {"name": name}
            )
    for name in dict.fromkeys(LINK_TARGET.findall(text)):
        if name in known and not known[name].is_link:
            problems.append(_("{%(name)s} is not an address to link to.") % {"name": name})
    return problems


def fill_line(text: str, values: Mapping[str, str]) -> str:
    """Return one line of plain text with its placeholders replaced."""
    return re.sub(r"[ \t\r\n]+", " ", NAME.sub(lambda match: _value(match, values), text)).strip()


def fill_markdown(
    text: str,
    placeholders: Iterable[Placeholder],
    values: Mapping[str, str],
    styles: Mapping[str, str] | None = None,
) -> tuple[str, SafeString]:
    """Return a Markdown text with its placeholders replaced, as (plain text, HTML)."""
    links = {one.name for one in placeholders if one.is_link}
    found: dict[str, str] = {}
    nonce = secrets.token_hex(6)

    def stand_in(match: re.Match[str]) -> str:
        value, word = _value(match, values), f"x{nonce}x{len(found)}x"
        if match[1] not in links:
            found[word] = value
            return word
        found[f"https://{word}.invalid"] = value
        is_target = text[: match.start()].rstrip().endswith("](")
        return f"https://{word}.invalid" if is_target else f"<https://{word}.invalid>"

    source = NAME.sub(stand_in, text.replace("\r\n", "\n"))
    plain, html = markdown_as_text(source), str(markdown_as_html(source, styles))
    for word, value in found.items():
        plain, html = plain.replace(word, value), html.replace(word, escape(value))
    return plain, mark_safe(html)


def as_template(text: str, values: Mapping[str, str]) -> str:
    """Return a filled text with its values replaced by placeholders, the reverse of filling.

    It shows staff a standard text in the form in which they can edit it.
    """
    for name, value in sorted(values.items(), key=lambda item: -len(item[1])):
        if value and name != STANDARD_SUBJECT.name:
            text = re.sub(rf"(?<![\w{{]){re.escape(value)}(?![\w}}])", f"{{{name}}}", text)
    return text.strip()


@lru_cache(maxsize=256)
def _compiled(source: str) -> Any:
    text = "{% autoescape off %}{{ " + source + '|default_if_none:"" }}{% endautoescape %}'
    return engines["django"].from_string(text)


def _value(match: re.Match[str], values: Mapping[str, str]) -> str:
    try:
        return values[match[1]]
    except KeyError:
        raise UnknownPlaceholder(match[1]) from None
