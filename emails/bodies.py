"""The body of an e-mail that staff have written: Markdown with placeholders and blocks.

A block, such as {button}, is a part of the template that differs from e-mail to e-mail: staff can
move it or leave it out, but not edit it. Templates mark blocks with `{% part %}`, the introduction
with `{% introduction %}`, and the body with `{% email_body %}` (in `emails/base`). Header and
footer, with the reason for the e-mail and the link to unsubscribe, are not part of the body.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.annotations import Text
from core.text_as_html import paragraphs_as_html

from .placeholders import NAME, Placeholder, UnknownPlaceholder, fill_markdown, problems_of

# Placeholder for edited texts while the HTML is made from the text (`core.text_as_html`).
MARK = "[body]"
# As in templates/emails: many mail programs drop style sheets.
STYLES = {
    "p": "margin:0 0 16px;",
    "ul": "margin:0 0 16px;padding-left:20px;",
    "ol": "margin:0 0 16px;padding-left:24px;",
    "a": "color:inherit;",
}
INTRODUCTION = "introduction"
BLOCKS: dict[str, Text] = {
    INTRODUCTION: gettext_lazy("The introduction above"),
    "button": gettext_lazy("The button with the link"),
    "cancellation": gettext_lazy("Until when tickets can be cancelled, if they can"),
    "code": gettext_lazy("The code to enter"),
    "dates": gettext_lazy("The dates of the show"),
    "details": gettext_lazy("Date, venue, order number and similar details"),
    "explanation": gettext_lazy("What happened, which differs from case to case"),
    "figures": gettext_lazy("Tables and charts"),
    "greeting": gettext_lazy("The greeting, if the name is known"),
    "link": gettext_lazy("The link"),
    "note": gettext_lazy("The reason that staff gave, if they did"),
    "order_summary": gettext_lazy("Seats, prices, total and taxes"),
    "origin": gettext_lazy("Time and IP address of the change"),
    "payment": gettext_lazy("How to pay, if there is something to pay"),
    "refund": gettext_lazy("The refund and how it is paid, if there is one"),
    "seats": gettext_lazy("The list of tickets or seats"),
    "shows": gettext_lazy("The list of shows"),
    "warning": gettext_lazy("What to do if it was somebody else"),
}
# A block that a template contains, and a block alone on its line.
MARKED = re.compile("\ue000(\\w+)\ue001")
LINE = re.compile(r"^[ \t]*\{\{?[ \t]*([\w-]+)[ \t]*\}\}?[ \t]*$", re.MULTILINE)


@dataclass
class Body:
    """The body of one e-mail while its templates are rendered."""

    source: str = ""
    placeholders: tuple[Placeholder, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    # The introduction that staff wrote.
    introduction: str = ""
    introduction_html: SafeString = field(default_factory=SafeString)
    # A part that is a code is emphasised.
    code: str = ""

    # Found in the text template: its body with marks, the parts by name, and the required parts.
    marked: str = ""
    standard_introduction: str = ""
    parts: dict[str, str] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    html_parts: dict[str, str] = field(default_factory=dict)
    # Whether MARK replaces the edited texts.
    is_marked: bool = False

    @property
    def standard(self) -> str:
        """The body as it is without edits, with blocks as staff write them."""
        return re.sub(r"\n{3,}", "\n\n", MARKED.sub(r"\n\n{\1}\n\n", self.marked)).strip()

    @property
    def is_edited(self) -> bool:
        return bool(self.source or self.introduction)

    def keep_part(self, name: str, content: str, *, is_html: bool, is_required: bool) -> str:
        """Remember a part of the template; return its mark."""
        if is_html:
            self.html_parts[name] = content
        else:
            self.parts[name] = content
            self.required |= {name} if is_required else set()
        return f"\ue000{name}\ue001"

    def keep_introduction(self, standard: str, *, is_html: bool) -> str:
        """Remember the introduction, the edited one if there is one; return its mark."""
        if not is_html:
            self.standard_introduction = standard.strip()
        content = standard
        if self.introduction and is_html:
            content = self.introduction_html
        elif self.introduction:
            text = MARK if self.is_marked and not self.source else self.introduction
            content = text if standard.strip() else f"{text}\n\n"
        return self.keep_part(INTRODUCTION, content, is_html=is_html, is_required=False)

    def assemble(self, marked: str, *, is_html: bool) -> str:
        """Return the body that replaces the template's, which is `marked`."""
        if not is_html:
            self.marked = marked
        if not self.source:
            found = self.html_parts if is_html else self.parts
            return MARKED.sub(lambda match: found[match[1]], marked)
        if is_html:
            return self.as_html()
        return MARK if self.is_marked else self._as_text()

    def as_html(self) -> SafeString:
        """Return what staff wrote as HTML: the body, or else the introduction."""
        if not self.source:
            return self.introduction_html
        chunks = (
            self._html_of(name) if name else self._filled(text)[1]
            for name, text in _chunks(self.source, self.parts)
        )
        return mark_safe("\n".join(chunk for chunk in chunks if chunk.strip()))

    def _as_text(self) -> str:
        chunks = (
            self._part(name) if name else self._filled(text)[0]
            for name, text in _chunks(self.source, self.parts)
        )
        return "\n\n".join(chunk.strip() for chunk in chunks if chunk.strip())

    def _html_of(self, name: str) -> str:
        if name == INTRODUCTION and self.introduction:
            return self.introduction_html
        if name in self.html_parts:
            return self.html_parts[name]
        return paragraphs_as_html(self._part(name), code=self.code)

    def _part(self, name: str) -> str:
        if name not in self.parts:
            raise UnknownPlaceholder(name)
        return self.parts[name]

    def _filled(self, text: str) -> tuple[str, SafeString]:
        return fill_markdown(text, self.placeholders, self.values, STYLES)


def problems_of_body(
    source: str,
    placeholders: Iterable[Placeholder],
    blocks: Collection[str],
    required: Iterable[str],
) -> list[Text]:
    """Return the errors in a body, as sentences for its author."""
    chunks = _chunks(source, blocks)
    alone = {name for name, _text in chunks if name}
    text = "\n".join(text for _name, text in chunks)
    inside = [name for name in dict.fromkeys(NAME.findall(text)) if name in blocks]
    rest = NAME.sub(lambda match: "" if match[1] in blocks else match[0], text)
    return [
        *(_("{%(name)s} needs a line of its own.") % {"name": name} for name in inside),
        *problems_of(rest, placeholders),
        *(
            _("{%(name)s} is missing: this e-mail cannot do without it.") % {"name": name}
            for name in sorted(required)
            if name not in alone and name not in inside
        ),
    ]


def _chunks(source: str, blocks: Collection[str]) -> list[tuple[str, str]]:
    """Return the body as (block, "") and ("", text) in turn."""
    # As browsers send it.
    source = source.replace("\r\n", "\n")
    found: list[tuple[str, str]] = []
    start = 0
    for match in LINE.finditer(source):
        if match[1] in blocks:
            found += [("", source[start : match.start()]), (match[1], "")]
            start = match.end()
    return [*found, ("", source[start:])]
