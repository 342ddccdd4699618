"""Render texts of staff as HTML: headings, lists, emphasis and links; no raw HTML, no images."""

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore


def render_markdown(text: str) -> SafeString:
    """Return the HTML of a text. HTML in it is escaped; links to scripts are shown as text."""
    return mark_safe(_parser.render(text))  # noqa: S308


def _lower_headings(state: StateCore) -> None:
    """Begin with <h2>, as the title of the page is <h1>."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + (token.markup in '#='), 6)}"


_parser = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline"])
_parser.core.ruler.push("lower_headings", _lower_headings)
