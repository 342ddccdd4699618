"""Our meanings, said in members that the open format allows: kinds of seats, standing zones.

A seat's kind stands in brackets at the end of its category: `Stalls (wheelchair space)`. What a
section needs beyond a name stands in the zone's `zone_id`, as words parted by semicolons:

    stalls;outline                              the first area of the zone is its outline
    floor;capacity=350;category=Standing        standing room, outlined by its first area
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from venues.models import Seat

KIND_WORDS = {
    Seat.Kind.WHEELCHAIR.value: "wheelchair space",
    Seat.Kind.COMPANION.value: "companion",
    Seat.Kind.RESTRICTED.value: "restricted view",
}
KINDS = {word: kind for kind, word in KIND_WORDS.items()}
_SUFFIX = re.compile(r"\s*\((" + "|".join(KINDS) + r")\)$", re.IGNORECASE)


def split_category(name):
    """(category, kind) of a category's name in a file."""
    kind = None
    while (match := _SUFFIX.search(name)) and match.start() > 0:
        kind, name = kind or KINDS[match[1].lower()], name[: match.start()]
    return name, kind or Seat.Kind.ORDINARY.value


def join_category(category, kind):
    """The opposite of `split_category`."""
    return f"{category} ({KIND_WORDS[kind]})" if kind in KIND_WORDS else category


@dataclass(frozen=True)
class ZoneSettings:
    slug: str = ""
    # None unless the words give it; a text that is no number stays as it is.
    capacity: str | None = None
    category: str = ""
    outline: bool = False

    @property
    def is_standing(self):
        return self.capacity is not None


def split_zone_id(zone_id):
    slug, *words = [word.strip() for word in zone_id.split(";")]
    given = dict(word.partition("=")[::2] for word in words)
    return ZoneSettings(
        slug=slug,
        capacity=given.get("capacity"),
        category=unquote(given.get("category", "")),
        outline="outline" in given,
    )


def join_zone_id(section):
    """The opposite of `split_zone_id`, for a section of a draft."""
    if section.standing:
        category = quote(section.category, safe=" ")
        return f"{section.slug};capacity={section.standing};category={category}"
    return f"{section.slug};outline" if section.outline else section.slug
