"""Markdown in texts that staff write. HTML in a text is shown as it was typed.

Short texts (introductions of e-mails, placeholders) have a small part of it: paragraphs, line
breaks, bold, italic, lists and links to http, https and mailto addresses, as HTML or plain text.
Pages (legal texts, help) have headings, quotes, code and rules as well, but no images.
"""

from collections.abc import Mapping, Sequence

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from core.typography import colon

RULES = ["emphasis", "link", "autolink", "list", "newline", "escape"]
SCHEMES = ("https://", "http://", "mailto:")
# Elements that start a new line in plain text.
BLOCKS = {"paragraph_close", "list_item_close", "bullet_list_close", "ordered_list_close"}


def markdown_as_html(text: str, styles: Mapping[str, str] | None = None) -> SafeString:
    """Return the text as HTML; `styles` are style attributes by element, for e-mails."""
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        _style(token, styles or {})
        for child in token.children or []:
            _style(child, styles or {})
    # The parser escapes all text, and has no rule for HTML.
    return mark_safe(parser.renderer.render(tokens, parser.options, {}).strip())


def markdown_as_text(text: str) -> str:
    """Return the text without markup: links as “label: address”, list items with a dash."""
    return _Plain(_parser().parse(text)).text()


def render_page(text: str) -> SafeString:
    """Return the HTML of the text of a page. Links to scripts are shown as text."""
    return mark_safe(_page_parser.render(text))


class _Plain:
    """Writes tokens as plain text."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.parts: list[str] = []
        self.depth = 0

    def text(self) -> str:
        """Return the text; paragraphs are separated by an empty line, list items are not."""
        for token in self.tokens:
            self._write(token)
        return "".join(self.parts).strip()

    def _write(self, token: Token) -> None:
        if token.type == "list_item_open":
            mark = f"{token.info}." if token.info else "-"
            self.parts.append(f"{'  ' * (self.depth - 1)}{mark} ")
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            self.depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            self.depth -= 1
            self.parts.append("" if self.depth else "\n")
        elif token.type == "paragraph_close":
            self.parts.append("\n" if self.depth else "\n\n")
        elif token.type == "inline":
            self.parts.append(_inline_text(token.children or []))


def _inline_text(tokens: Sequence[Token]) -> str:
    parts: list[str] = []
    label, href = 0, ""
    for token in tokens:
        if token.type == "link_open":
            label, href = len(parts), str(token.attrGet("href"))
        elif token.type == "link_close":
            written = "".join(parts[label:])
            address = href.removeprefix("mailto:")
            if written not in (href, address):
                parts.append(f"{colon()} {address}")
        elif token.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        else:
            parts.append(token.content)
    return "".join(parts)


def _style(token: Token, styles: Mapping[str, str]) -> None:
    if token.nesting == 1 and token.tag in styles:
        token.attrSet("style", styles[token.tag])


def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"breaks": True}).enable(RULES)
    parser.validateLink = _is_allowed  # type: ignore[method-assign]
    return parser


def _is_allowed(url: str) -> bool:
    return url.strip().lower().startswith(SCHEMES)


def _lower_headings(state: StateCore) -> None:
    """Begin with <h2>, as the title of the page is <h1>."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + (token.markup in '#='), 6)}"


_page_parser = MarkdownIt("commonmark", {"html": False})
_page_parser.disable(["image", "html_block", "html_inline"])
_page_parser.core.ruler.push("lower_headings", _lower_headings)
