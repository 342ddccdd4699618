"""The style sheet with a seating plan's own colours, for its price categories on the seat map.

The Content-Security-Policy allows no inline styles. The sheet has a URL with the hash of its
content, so that browsers and nginx keep it.
"""

import hashlib
from functools import lru_cache

from django.urls import reverse

from core.colours import DAY_PAPER, NIGHT_PAPER, contrast
from shows.map_colors import own_colors, text_color_on
from shows.terms import Terms

# The least contrast with the page of text, and of the edge of a seat (WCAG 2.2, 1.4.3 and 1.4.11).
TEXT, EDGE = 4.5, 3.0


def color_sheet_of(terms: Terms) -> str:
    """Return the style sheet; empty when the plan gives no colours of its own."""
    return _sheet(tuple(sorted(own_colors(terms.plan_categories).items())))


def color_sheet_url(terms: Terms) -> str:
    """Return the URL of the style sheet, or an empty string when it has none."""
    sheet = color_sheet_of(terms)
    return (
        reverse("bookings:colors", args=[terms.performance_id, sheet_hash(sheet)]) if sheet else ""
    )


def sheet_hash(sheet: str) -> str:
    return hashlib.blake2b(sheet.encode(), digest_size=9).hexdigest()


@lru_cache(maxsize=256)
def _sheet(colors: tuple[tuple[int, str], ...]) -> str:
    if not colors:
        return ""
    day = "".join(
        f".category-{number} {{ --category: {color}; --on-category: {text_color_on(color)};"
        f" {_beside(color, DAY_PAPER)} }}\n"
        for number, color in colors
    )
    night = "".join(
        f"  .category-{number} {{ {_beside(color, NIGHT_PAPER)} }}\n" for number, color in colors
    )
    return f"{day}@media (prefers-color-scheme: dark) {{\n{night}}}\n"


def _beside(color: str, paper: str) -> str:
    """Return the colours of text and of edges on the page: ink, where its own would be too pale."""
    ratio = contrast(color, paper)
    text = color if ratio >= TEXT else "var(--ink)"
    edge = color if ratio >= EDGE else "var(--ink)"
    return f"--category-text: {text}; --category-edge: {edge};"
