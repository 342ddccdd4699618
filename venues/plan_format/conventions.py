"""Our conventions within the open format: kinds of seats, and standing zones.

A seat's kind is given in brackets at the end of its category: `Stalls (wheelchair space)`. A zone's
`zone_id` has settings separated by semicolons:

    stalls;outline                              the first area of the zone is its outline
    floor;capacity=350;category=Standing        standing, outlined by its first area
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from venues.drafts import SectionDraft
from venues.models import Seat

KIND_NAMES = {
    Seat.Kind.WHEELCHAIR.value: "wheelchair space",
    Seat.Kind.COMPANION.value: "companion",
    Seat.Kind.RESTRICTED.value: "restricted view",
}
KINDS = {name: kind for kind, name in KIND_NAMES.items()}
_SUFFIX = re.compile(r"\s*\((" + "|".join(KINDS) + r")\)$", re.IGNORECASE)


def split_category(name: str) -> tuple[str, str]:
    """Return (category, kind of seat) of a category's name in a file."""
    kind = None
    while (match := _SUFFIX.search(name)) and match.start() > 0:
        kind, name = kind or KINDS[match[1].lower()], name[: match.start()]
    return name, kind or Seat.Kind.ORDINARY.value


def join_category(category: str, kind: str) -> str:
    """Reverse `split_category`."""
    return f"{category} ({KIND_NAMES[kind]})" if kind in KIND_NAMES else category


@dataclass(frozen=True)
class ZoneSettings:
    slug: str = ""
    # As given, not yet checked to be a number; None for a seated zone.
    capacity: str | None = None
    category: str = ""
    outline: bool = False

    @property
    def is_standing(self) -> bool:
        return self.capacity is not None


def split_zone_id(zone_id: str) -> ZoneSettings:
    slug, *settings = [part.strip() for part in zone_id.split(";")]
    given = {name: value for name, _equals, value in (part.partition("=") for part in settings)}
    return ZoneSettings(
        slug=slug,
        capacity=given.get("capacity"),
        category=unquote(given.get("category", "")),
        outline="outline" in given,
    )


def join_zone_id(section: SectionDraft) -> str:
    """Reverse `split_zone_id`, for a section of a draft."""
    if section.standing:
        category = quote(section.category, safe=" ")
        return f"{section.slug};capacity={section.standing};category={category}"
    return f"{section.slug};outline" if section.outline else section.slug
