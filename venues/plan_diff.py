"""Compare two seating plans, seat by seat, and say in words what differs.

Seats are the same if they have the same GUID. A plan that was moved as a whole has no moved seats.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import hypot
from statistics import median_low

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from venues.drafts import PlanDraft, SeatDraft

# Seats that moved by less, in the plan's unit, count as unmoved.
STILL = 0.5
# So many seats are named in a line of the difference.
NAMED = 8


@dataclass(frozen=True)
class Labelled:
    """A seat and the name of its section."""

    section: str
    seat: SeatDraft

    @property
    def label(self) -> str:
        parts = (self.section, self.seat.row, self.seat.number)
        return " ".join(part for part in parts if part)


Pair = tuple[Labelled, Labelled]


@dataclass(frozen=True)
class PlanDiff:
    """What differs. Lists of pairs have a seat before and after."""

    added: list[Labelled] = field(default_factory=list)
    removed: list[Labelled] = field(default_factory=list)
    renamed: list[Pair] = field(default_factory=list)
    moved: list[Pair] = field(default_factory=list)
    recategorised: list[Pair] = field(default_factory=list)
    changed_kind: list[Pair] = field(default_factory=list)
    # (name, capacity before, capacity after) of standing sections; 0 where it is missing.
    standing: list[tuple[str, int, int]] = field(default_factory=list)
    restyled: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.lines()

    def lines(self) -> list[str]:
        """Return a sentence for each kind of change, with the number and some of the seats."""
        return [*self._seat_lines(), *self._other_lines()]

    def _seat_lines(self) -> Iterator[str]:
        for seats, text in (
            (self.added, _added(len(self.added))),
            (self.removed, _removed(len(self.removed))),
        ):
            if seats:
                yield _listed(text, [seat.label for seat in seats])
        pairs: list[tuple[list[Pair], Callable[[int], str], Callable[[Pair], str]]] = [
            (self.renamed, _renamed, lambda pair: f"{pair[0].label} → {pair[1].label}"),
            (self.moved, _moved, lambda pair: pair[1].label),
            (
                self.recategorised,
                _recategorised,
                lambda pair: f"{pair[1].label}: {pair[0].seat.category} → {pair[1].seat.category}",
            ),
            (self.changed_kind, _changed_kind, lambda pair: pair[1].label),
        ]
        for found, words, name in pairs:
            if found:
                yield _listed(words(len(found)), [name(pair) for pair in found])

    def _other_lines(self) -> Iterator[str]:
        for name, before, after in self.standing:
            values = {"name": name, "before": before, "after": after}
            if not before:
                yield _("Standing area added: %(name)s (%(after)d)") % values
            elif not after:
                yield _("Standing area removed: %(name)s (%(before)d)") % values
            else:
                yield _("Standing capacity of %(name)s: %(before)d → %(after)d") % values
        if self.restyled:
            yield _("Stage, labels, colours or outlines changed")


def compare_plans(old: PlanDraft, new: PlanDraft) -> PlanDiff:
    """Return what the new plan changes."""
    before, after = _seats(old), _seats(new)
    pairs = [(before[guid], seat) for guid, seat in after.items() if guid in before]
    return PlanDiff(
        added=[seat for guid, seat in after.items() if guid not in before],
        removed=[seat for guid, seat in before.items() if guid not in after],
        renamed=[pair for pair in pairs if pair[0].label != pair[1].label],
        moved=_moved_pairs(pairs),
        recategorised=[pair for pair in pairs if pair[0].seat.category != pair[1].seat.category],
        changed_kind=[pair for pair in pairs if pair[0].seat.kind != pair[1].seat.kind],
        standing=list(_standing_changes(old, new)),
        restyled=_style(old) != _style(new),
    )


def _seats(plan: PlanDraft) -> dict[str, Labelled]:
    return {
        seat.guid: Labelled(section.name, seat)
        for section in plan.sections
        for seat in section.seats
    }


def _moved_pairs(pairs: list[Pair]) -> list[Pair]:
    """Return the seats that moved otherwise than most."""
    if not pairs:
        return []
    dx = median_low(new.seat.x - old.seat.x for old, new in pairs)
    dy = median_low(new.seat.y - old.seat.y for old, new in pairs)
    return [
        (old, new)
        for old, new in pairs
        if hypot(new.seat.x - old.seat.x - dx, new.seat.y - old.seat.y - dy) > STILL
    ]


def _standing_changes(old: PlanDraft, new: PlanDraft) -> Iterator[tuple[str, int, int]]:
    before = {section.slug: section for section in old.sections if section.standing}
    after = {section.slug: section for section in new.sections if section.standing}
    for slug in dict.fromkeys([*before, *after]):
        one, other = before.get(slug), after.get(slug)
        capacities = (one.standing if one else 0, other.standing if other else 0)
        if capacities[0] != capacities[1]:
            name = (other or one).name  # type: ignore[union-attr]
            yield (name, *capacities)


def _style(plan: PlanDraft) -> object:
    return (
        plan.categories,
        plan.decoration,
        [(s.slug, s.name, s.category, s.outline) for s in plan.sections],
    )


def _listed(words: str, names: list[str]) -> str:
    shown = ", ".join(names[:NAMED])
    return f"{words}: {shown}" + (" …" if len(names) > NAMED else "")


def _added(count: int) -> str:
    return ngettext("%d seat added", "%d seats added", count) % count


def _removed(count: int) -> str:
    return ngettext("%d seat removed", "%d seats removed", count) % count


def _renamed(count: int) -> str:
    return ngettext("%d seat renamed", "%d seats renamed", count) % count


def _moved(count: int) -> str:
    return ngettext("%d seat moved", "%d seats moved", count) % count


def _recategorised(count: int) -> str:
    return (
        ngettext("%d seat in another price category", "%d seats in another price category", count)
        % count
    )


def _changed_kind(count: int) -> str:
    return (
        ngettext(
            "%d seat with another kind (wheelchair space, companion seat, restricted view)",
            "%d seats with another kind (wheelchair space, companion seat, restricted view)",
            count,
        )
        % count
    )
