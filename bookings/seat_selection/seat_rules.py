"""What a choice of seats by hand must keep to. Pure rules, judged on a snapshot."""

from itertools import groupby

from ..exceptions import CompanionSeatAlone, LeavesSingleSeat, NoSuchPlaces
from ..seatmap.seat_layout import layout_of


def check_choice(*, drawing, availability, terms, seat_ids, held_seat_ids=frozenset()):
    """Refuse a choice that would spoil seats for others.

    Raises `NoSuchPlaces` if the plan does not have them all; `CompanionSeatAlone` for a companion's
    seat without its wheelchair space, unless these are released to everybody; and
    `LeavesSingleSeat` if one free seat would newly be left alone (between taken or chosen seats, an
    aisle or a row's end) although as many seats could be had among the same free seats without
    that, unless this performance allows it. `held_seat_ids` are the customer's already.
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


def _check_companions(drawing, chosen, held):
    alone = [
        drawing.seats[seat]
        for seat in sorted(chosen)
        if drawing.seats[seat].companion_of not in {None, *chosen, *held}
    ]
    if alone:
        raise CompanionSeatAlone([seat.label for seat in alone])


def _check_gaps(layout, line, chosen):
    # Chosen seats that are gone already leave nothing alone that was not before.
    positions = sorted(p for p in map(layout.position_of.get, chosen) if line[p] == "1")
    singles = []
    for (start, end), group in groupby(positions, key=lambda p: _stretch_around(line, p)):
        taken = list(group)
        alone = _left_alone(taken, start, end)
        if alone and _can_be_avoided(len(taken), end - start):
            singles += alone
    if singles:
        raise LeavesSingleSeat([layout.seat_at(position).label for position in singles])


def _stretch_around(line, position):
    """Return where the free seats around a position begin and end."""
    return line.rfind("0", 0, position) + 1, line.find("0", position)


def _left_alone(taken, start, end):
    """Return the positions from `start` up to `end` that have no free neighbour any more."""
    edges = [start - 1, *taken, end]
    return [a + 1 for a, b in zip(edges, edges[1:], strict=False) if b - a == 2]


def _can_be_avoided(number, length):
    """Whether so many seats side by side fit in without leaving one alone."""
    return any(
        before != 1 and length - number - before != 1 for before in range(length - number + 1)
    )
