"""A whole plan from a list of sections, one behind the other: what the command and the admin offer.

Halls with balconies, boxes or a bowl are described with `venues.generate` itself.
"""

from dataclasses import dataclass
from math import sqrt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.slugs import free_slug
from venues.generate import (
    AISLE,
    ROW_PITCH,
    SEAT_PITCH,
    assemble,
    curved,
    rectangle,
    stage,
    standing,
    straight,
)
from venues.plan_format import MAX_PLACES
from venues.plan_format.colors import DEFAULT_COLORS

MAX_SECTIONS = 40
MAX_ROWS = 100
MAX_SEATS_IN_A_ROW = 200
# Between the stage and the first row, and between sections.
GAP = 70.0
# What somebody who stands takes of the floor: some 0.4 square metres.
STANDING_ROOM = 900.0
NARROWEST = 320.0


@dataclass(frozen=True)
class SectionSpec:
    """One section: either rows of seats, or standing room for `standing` people."""

    name: str
    category: str = ""
    rows: int = 0
    # In each row.
    seats: int = 0
    aisles: int = 0
    bent: bool = False
    numbered: str = "left"
    # Wheelchair spaces in the last row, each with a companion seat, from both ends inwards.
    spaces: int = 0
    standing: int = 0

    @property
    def places(self):
        return self.standing or self.rows * self.seats

    @property
    def category_name(self):
        return self.category or self.name


def simple_plan(name, wishes):
    """The draft of a plan with these sections, from the stage to the back.

    Raises ValidationError with a message for each thing that can't be.
    """
    _check(wishes)
    width = max([_width(wish) for wish in wishes if not wish.standing], default=0.0)
    width = max(width, NARROWEST)
    sections, slugs, y, before = [], set(), GAP, None
    for wish in wishes:
        y += _bulge(wish, before, width)
        slug = free_slug(wish.name, fallback="section", most=80, is_taken=slugs)
        slugs.add(slug)
        section, depth = _section(wish, slug, y, width)
        sections.append(section)
        y += depth + GAP
        before = wish
    names = dict.fromkeys(wish.category_name for wish in wishes)
    colors = [DEFAULT_COLORS[index % len(DEFAULT_COLORS)] for index in range(len(names))]
    return assemble(
        name,
        sections=sections,
        categories=dict(zip(names, colors, strict=True)),
        decoration=stage(width=max(width * 0.5, 240), depth=max(width * 0.15, 90)),
    )


def _check(wishes):
    problems = []
    if not 1 <= len(wishes) <= MAX_SECTIONS:
        problems.append(_("A plan needs from 1 to %d sections.") % MAX_SECTIONS)
    names = [wish.name.strip() for wish in wishes]
    for wish in wishes:
        problems += [f"{wish.name}: {problem}" for problem in _problems_of(wish)]
        if not 0 < len(wish.name.strip()) <= 60:
            problems.append(_("“%s” can't be the name of a section.") % wish.name[:60])
        elif names.count(wish.name.strip()) > 1:
            problems.append(_("There are two sections “%s”.") % wish.name)
    if sum(wish.places for wish in wishes) > MAX_PLACES:
        problems.append(_("A plan can't have more than %d places.") % MAX_PLACES)
    if problems:
        raise ValidationError(list(dict.fromkeys(problems)))


def _problems_of(wish):
    if wish.standing:
        if wish.rows or wish.seats:
            yield _("a section has either seats or standing room")
        if not 1 <= wish.standing <= MAX_PLACES:
            yield _("standing room is for 1 to %d people") % MAX_PLACES
        return
    if not 1 <= wish.rows <= MAX_ROWS:
        yield _("there can be from 1 to %d rows") % MAX_ROWS
    if not 1 <= wish.seats <= MAX_SEATS_IN_A_ROW:
        yield _("there can be from 1 to %d seats in a row") % MAX_SEATS_IN_A_ROW
    if not 0 <= wish.aisles < max(wish.seats, 1):
        yield _("there must be a seat between one aisle and the next")
    if not 0 <= wish.spaces * 2 <= wish.seats:
        yield _("the last row is too short for so many wheelchair spaces")


def _section(wish, slug, y, width):
    """(section, depth) of a wish that begins at y."""
    if wish.standing:
        depth = wish.standing * STANDING_ROOM / width
        outline = rectangle(-width / 2, y, width / 2, y + depth)
        return (
            standing(
                wish.name,
                category=wish.category_name,
                capacity=wish.standing,
                outline=outline,
                slug=slug,
            ),
            depth,
        )
    common = {
        "slug": slug,
        "category": wish.category_name,
        "rows": wish.rows,
        "seats": _blocks(wish),
        "numbered": wish.numbered,
        "spaces": {"last": _space_places(wish.spaces)},
    }
    if wish.bent:
        behind = _centre_behind_stage(width)
        section = curved(wish.name, centre=(0, -behind), radius=behind + y, **common)
    else:
        section = straight(wish.name, at=(0, y), **common)
    return section, (wish.rows - 1) * ROW_PITCH


def _width(wish):
    return wish.seats * SEAT_PITCH + wish.aisles * AISLE


def _centre_behind_stage(width):
    return max(width * 0.7, 250.0)


def _bulge(wish, before, width):
    """How far the ends of a curved section's first row reach towards what lies before it."""
    if not wish.bent or (before and before.bent):
        return 0.0
    radius = _centre_behind_stage(width) + GAP
    half = min(_width(wish) / 2, radius * 0.9)
    return radius - sqrt(radius**2 - half**2)


def _blocks(wish):
    """The seats of a row, parted evenly by its aisles, the middle ones longer."""
    parts = wish.aisles + 1
    least, rest = divmod(wish.seats, parts)
    first_longer = (parts - rest) // 2
    return [least + (first_longer <= part < first_longer + rest) for part in range(parts)]


def _space_places(count):
    """Places of wheelchair spaces from the left (1, 3, …) and from the right (-2, -4, …)."""
    left = (count + 1) // 2
    return (*range(1, 2 * left, 2), *range(-2, -2 * (count - left) - 1, -2))
