"""The rules for seats selected by hand, judged on a snapshot of the availability."""

from collections.abc import Iterable
from itertools import groupby

from shows.terms import Terms
from venues.drawing import Drawing

from ..exceptions import CompanionSeatAlone, LeavesSingleSeat, NoSuchPlaces
from ..seatmap.availability import Availability
from ..seatmap.seat_layout import Layout, layout_of


def check_choice(
    *,
    drawing: Drawing,
    availability: Availability,
    terms: Terms,
    seat_ids: Iterable[int],
    held_seat_ids: Iterable[int] = (),
) -> None:
    """Refuse a selection that makes seats hard to sell to others.

    Raises `NoSuchPlaces` if the plan does not have all the seats; `CompanionSeatAlone` for a
    companion seat without its wheelchair space, unless these are released to everybody; and
    `LeavesSingleSeat` if the selection leaves one free seat between taken seats, an aisle or the
    end of a row although another selection of as many of the same free seats would not, unless this
    performance allows it. The customer has `held_seat_ids` already.
    """
    chosen, held = set(seat_ids), set(held_seat_ids)
    if unknown := chosen - drawing.seats.keys():
        raise NoSuchPlaces(unknown)
    if not terms.accessible_released:
        _check_companions(drawing, chosen, held)
    if not terms.allow_single_gaps:
        layout = layout_of(drawing)
        line = layout.line(availability, avoid=held)
        if not terms.accessible_released:
            line = layout.ordinary(line)
        _check_gaps(layout, line, chosen)


def _check_companions(drawing: Drawing, chosen: set[int], held: set[int]) -> None:
    alone = [
        drawing.seats[seat]
        for seat in sorted(chosen)
        if drawing.seats[seat].companion_of not in {None, *chosen, *held}
    ]
    if alone:
        raise CompanionSeatAlone([seat.label for seat in alone])


def _check_gaps(layout: Layout, line: str, chosen: set[int]) -> None:
    # Seats already taken do not create new single seats.
    positions = sorted(p for p in map(layout.position_of.__getitem__, chosen) if line[p] == "1")
    singles: list[int] = []
    for (start, end), group in groupby(positions, key=lambda p: _stretch_around(line, p)):
        taken = list(group)
        alone = _left_alone(taken, start, end)
        if alone and _can_be_avoided(len(taken), end - start):
            singles += alone
    if singles:
        raise LeavesSingleSeat([layout.seat_at(position).label for position in singles])


def _stretch_around(line: str, position: int) -> tuple[int, int]:
    """Return the positions at which the free seats around a position begin and end."""
    return line.rfind("0", 0, position) + 1, line.find("0", position)


def _left_alone(taken: list[int], start: int, end: int) -> list[int]:
    """Return the positions from `start` up to `end` that have no free neighbour any more."""
    edges = [start - 1, *taken, end]
    return [a + 1 for a, b in zip(edges, edges[1:], strict=False) if b - a == 2]


def _can_be_avoided(number: int, length: int) -> bool:
    """Return whether `number` seats fit into `length` free ones without leaving one alone."""
    return any(
        before != 1 and length - number - before != 1 for before in range(length - number + 1)
    )
