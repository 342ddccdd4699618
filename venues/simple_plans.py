"""Generate a plan from a list of sections, one behind the other, for the admin and the command.

Halls with balconies, boxes or a bowl need `venues.generate` itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.slugs import free_slug
from venues.drafts import PlanDraft, SectionDraft
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
from venues.plan_format.values import default_color

MAX_SECTIONS = 40
MAX_ROWS = 100
MAX_SEATS_IN_A_ROW = 200
# Between the stage and the first row, and between sections.
GAP = 70.0
# The area for one standing person: about 0.4 square metres.
STANDING_ROOM = 900.0
MIN_WIDTH = 320.0


@dataclass(frozen=True)
class SectionSpec:
    """The specification of a section: rows of seats, or standing places for `standing` people."""

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
    def places(self) -> int:
        return self.standing or self.rows * self.seats

    @property
    def category_name(self) -> str:
        return self.category or self.name


def simple_plan(name: str, specs: Sequence[SectionSpec]) -> PlanDraft:
    """Return the draft of a plan with these sections, from the stage to the back.

    Raises ValidationError with a message for each problem.
    """
    _check(specs)
    width = max([_width(spec) for spec in specs if not spec.standing], default=0.0)
    width = max(width, MIN_WIDTH)
    sections: list[SectionDraft] = []
    slugs: set[str] = set()
    y, before = GAP, None
    for spec in specs:
        y += _bulge(spec, before, width)
        slug = free_slug(spec.name, fallback="section", most=80, is_taken=slugs)
        slugs.add(slug)
        section, depth = _section(spec, slug, y, width)
        sections.append(section)
        y += depth + GAP
        before = spec
    names = dict.fromkeys(spec.category_name for spec in specs)
    return assemble(
        name,
        sections=sections,
        categories={category: default_color(index) for index, category in enumerate(names)},
        decoration=stage(width=max(width * 0.5, 240), depth=max(width * 0.15, 90)),
    )


def _check(specs: Sequence[SectionSpec]) -> None:
    problems: list[str] = []
    if not 1 <= len(specs) <= MAX_SECTIONS:
        problems.append(_("A plan needs from 1 to %d sections.") % MAX_SECTIONS)
    names = [spec.name.strip() for spec in specs]
    for spec in specs:
        problems += [f"{spec.name}: {problem}" for problem in _problems_of(spec)]
        if not 0 < len(spec.name.strip()) <= 60:
            problems.append(_("“%s” cannot be the name of a section.") % spec.name[:60])
        elif names.count(spec.name.strip()) > 1:
            problems.append(_("There are two sections “%s”.") % spec.name)
    if sum(spec.places for spec in specs) > MAX_PLACES:
        problems.append(_("A plan cannot have more than %d places.") % MAX_PLACES)
    if problems:
        raise ValidationError(list(dict.fromkeys(problems)))


def _problems_of(spec: SectionSpec) -> Iterator[str]:
    if spec.standing:
        if spec.rows or spec.seats:
            yield _("a section has either seats or standing places")
        if not 1 <= spec.standing <= MAX_PLACES:
            yield _("the standing capacity must be from 1 to %d") % MAX_PLACES
        return
    if not 1 <= spec.rows <= MAX_ROWS:
        yield _("the number of rows must be from 1 to %d") % MAX_ROWS
    if not 1 <= spec.seats <= MAX_SEATS_IN_A_ROW:
        yield _("the seats in a row must be from 1 to %d") % MAX_SEATS_IN_A_ROW
    if not 0 <= spec.aisles < max(spec.seats, 1):
        yield _("there must be fewer aisles than seats in a row")
    if not 0 <= spec.spaces * 2 <= spec.seats:
        yield _("the last row is too short for so many wheelchair spaces")


def _section(spec: SectionSpec, slug: str, y: float, width: float) -> tuple[SectionDraft, float]:
    """Return (section, depth) for a section that begins at y."""
    if spec.standing:
        depth = spec.standing * STANDING_ROOM / width
        outline = rectangle(-width / 2, y, width / 2, y + depth)
        return (
            standing(
                spec.name,
                category=spec.category_name,
                capacity=spec.standing,
                outline=outline,
                slug=slug,
            ),
            depth,
        )
    common: dict[str, Any] = {
        "slug": slug,
        "category": spec.category_name,
        "rows": spec.rows,
        "seats": split_into_blocks(spec.seats, spec.aisles),
        "numbered": spec.numbered,
        "spaces": {"last": space_positions(spec.spaces)},
    }
    if spec.bent:
        behind = _centre_behind_stage(width)
        section = curved(spec.name, centre=(0, -behind), radius=behind + y, **common)
    else:
        section = straight(spec.name, at=(0, y), **common)
    return section, (spec.rows - 1) * ROW_PITCH


def _width(spec: SectionSpec) -> float:
    return spec.seats * SEAT_PITCH + spec.aisles * AISLE


def _centre_behind_stage(width: float) -> float:
    return max(width * 0.7, 250.0)


def _bulge(spec: SectionSpec, before: SectionSpec | None, width: float) -> float:
    """Return how far the ends of a curved section's first row extend towards the stage."""
    if not spec.bent or (before and before.bent):
        return 0.0
    radius = _centre_behind_stage(width) + GAP
    half = min(_width(spec) / 2, radius * 0.9)
    return radius - sqrt(radius**2 - half**2)


def split_into_blocks(seats: int, aisles: int) -> list[int]:
    """Return the seats in each block of a row, nearly equal, with the longer ones in the middle."""
    parts = aisles + 1
    least, rest = divmod(seats, parts)
    first_longer = (parts - rest) // 2
    return [least + (first_longer <= part < first_longer + rest) for part in range(parts)]


def space_positions(count: int) -> tuple[int, ...]:
    """Return the positions of wheelchair spaces, from the left (1, 3, …) and right (-2, -4, …)."""
    left = (count + 1) // 2
    return (*range(1, 2 * left, 2), *range(-2, -2 * (count - left) - 1, -2))
